package io.github.arc4j.actions.wire;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits the time until the end of a response; the timeout of a request ends with the headers. */
public final class WholeResponse {
    private WholeResponse() {}

    /**
     * Waits for the response; cancels the request if the time is up or the thread is interrupted.
     *
     * @param nanos the remaining time
     */
    public static <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> response, long nanos)
            throws IOException, InterruptedException {
        try {
            return response.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new HttpTimeoutException("no complete response in time");
        } catch (InterruptedException e) {
            response.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }
}
