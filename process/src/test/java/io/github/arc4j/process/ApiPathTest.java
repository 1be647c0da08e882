package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiPathTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/a/pods, a, pods",
        "/api/v1/namespaces/events-a/pods/events-b, events-a, pods",
        "/apis/actions.github.com/v1alpha1/namespaces/b/ephemeralrunners/namespaces, b, ephemeralrunners",
        "/prefix/api/v1/namespaces/c, c, ''",
        "/prefix/api/v1/namespaces/c/, c, ''",
        "/api/v1/pods, '', ''"
    })
    void namespaceAndResourceFollowTheirCollections(String path, String namespace, String resource) {
        assertThat(ApiPath.namespace(path)).isEqualTo(namespace);
        assertThat(ApiPath.resource(path)).isEqualTo(resource);
    }
}
