package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiPathTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/a/pods, a",
        "/apis/actions.github.com/v1alpha1/namespaces/b/ephemeralrunners/namespaces, b",
        "/prefix/api/v1/namespaces/c, c",
        "/api/v1/pods, ''"
    })
    void theNamespaceFollowsItsCollection(String path, String namespace) {
        assertThat(ApiPath.namespace(path)).isEqualTo(namespace);
    }
}
