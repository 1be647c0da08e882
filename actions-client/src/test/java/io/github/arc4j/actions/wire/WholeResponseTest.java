package io.github.arc4j.actions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WholeResponseTest {
    private final CompletableFuture<HttpResponse<String>> response = new CompletableFuture<>();

    @Test
    void aRequestWithoutAResponseInTimeIsCancelled() {
        assertThatThrownBy(() -> WholeResponse.await(response, 1)).isInstanceOf(HttpTimeoutException.class);
        assertThat(response).isCancelled();
    }

    @Test
    void theRequestOfAnInterruptedThreadIsCancelled() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> WholeResponse.await(response, Long.MAX_VALUE))
                .isInstanceOf(InterruptedException.class);
        assertThat(response).isCancelled();
    }

    @Test
    void failuresAreThrownAsIOExceptions() {
        IOException failure = new IOException("reset");
        response.completeExceptionally(failure);
        assertThatThrownBy(() -> WholeResponse.await(response, 1)).isSameAs(failure);

        RuntimeException unexpected = new IllegalStateException("closed");
        response.obtrudeException(unexpected);
        assertThatThrownBy(() -> WholeResponse.await(response, 1))
                .isInstanceOf(IOException.class)
                .hasCause(unexpected);
    }
}
