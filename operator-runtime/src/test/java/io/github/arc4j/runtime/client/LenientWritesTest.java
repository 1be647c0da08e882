package io.github.arc4j.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class LenientWritesTest {
    private static String sent(String method, String uri) {
        StandardHttpRequest.Builder builder = new StandardHttpRequest.Builder();
        HttpRequest request =
                builder.uri(uri).method(method, "application/json", "{}").build();
        new LenientWrites().before(builder, request, null);
        return builder.build().uri().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, http://a/pods, http://a/pods?fieldValidation=Ignore",
        "PATCH, http://a/pods/b/status?x=%20y, http://a/pods/b/status?x=%20y&fieldValidation=Ignore",
        "PUT, http://a/pods/b?fieldValidation=Strict, http://a/pods/b?fieldValidation=Strict"
    })
    void fieldValidationIsDisabledForWrites(String method, String uri, String sent) {
        assertThat(sent(method, uri)).isEqualTo(sent);
    }

    @Test
    void requestsWithoutABodyAreUnchanged() {
        assertThat(sent("DELETE", "http://a/pods/b")).isEqualTo("http://a/pods/b");
    }
}
