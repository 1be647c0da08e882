package io.github.arc4j.actions.internal.call;

import io.github.arc4j.actions.HttpProxy;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.ConnectionException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.InvalidResponseException;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.IncompleteResponseException;
import io.github.arc4j.actions.internal.http.NotSentException;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.json.Messages;
import io.github.arc4j.actions.internal.proxy.TunnelCredentials;
import io.github.arc4j.actions.wire.BodyTooLargeException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Interprets the JDK's exceptions: was the request sent, and may a retry succeed? */
final class Connections {
    private Connections() {}

    /** @param proxy the proxy of the call's host; empty if there is none */
    static ActionsException failure(Call call, Optional<HttpProxy> proxy, IOException failure) {
        if (failure instanceof IncompleteResponseException incomplete) {
            Response head = incomplete.head();
            // a rejected call had no effect, whatever the rest of its response would have been
            boolean rejected = head.status() / 100 == 4;
            String problem = "failed to read the response: " + describe(incomplete.reason());
            return failure(call, ErrorText.prefix(call, head), head, !rejected, problem, incomplete.reason());
        }
        String prefix = "request " + call + " failed";
        String via = proxy.map(it -> " (proxy " + it + ")").orElse("");
        return failure(
                call, prefix, null, !neverSent(failure), "failed to send request: " + describe(failure) + via, failure);
    }

    private static ActionsException failure(
            Call call,
            String prefix,
            @Nullable Response head,
            boolean mayHaveHappened,
            String description,
            IOException cause) {
        boolean useless = cause instanceof BodyTooLargeException || cause instanceof ZipException;
        String problem = useless ? String.valueOf(cause.getMessage()) : description;
        ErrorDetails details = new ErrorDetails(
                head == null ? 0 : head.status(),
                "",
                head == null ? "" : head.header("ActivityId"),
                head == null ? "" : head.header("X-GitHub-Request-Id"),
                null,
                !useless && !isPermanent(cause),
                mayHaveHappened && call.changesSomething(),
                ErrorText.summary(call, problem));
        String message = prefix + ": " + problem;
        if (!useless) {
            return new ConnectionException(message, details, cause);
        }
        // what looks like the id of a message is one only in the response to a poll
        long messageId = call.effect() == Call.Effect.LONG_POLL ? Messages.idOf(cause) : 0;
        return new InvalidResponseException(message, details, cause, messageId);
    }

    /** The proxy rejected the credentials, or requires some; nothing reached the service. */
    static ConnectionException proxyRejected(Call call, Response response) {
        boolean withheld = "https".equals(call.uri().getScheme()) && TunnelCredentials.areWithheld();
        String problem = response.statusLine() + (withheld ? ": " + TunnelCredentials.WITHHELD : "");
        return new ConnectionException(
                "request " + call + " failed: " + problem,
                new ErrorDetails(407, "", "", "", null, false, false, ErrorText.summary(call, problem)),
                null);
    }

    private static boolean neverSent(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof UnknownHostException
                || failure instanceof NotSentException
                || failure instanceof SSLHandshakeException
                // the JDK has no exception classes for these
                || message.contains("too many concurrent streams")
                || message.startsWith("Tunnel failed");
    }

    /** An untrusted certificate is permanent; a handshake that the network interrupted is not. */
    private static boolean isPermanent(IOException failure) {
        if (failure instanceof NotSentException notSent) {
            return notSent.isPermanent();
        }
        if (!(failure instanceof SSLException)) {
            return false;
        }
        boolean certificate = false;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            certificate |= t instanceof CertificateException || t instanceof CertPathBuilderException;
            if (t instanceof SocketException || t instanceof EOFException) {
                return false;
            }
        }
        return certificate || failure instanceof SSLHandshakeException;
    }

    private static String describe(IOException failure) {
        String message = failure.getMessage();
        @Nullable Throwable cause = failure.getCause();
        if (cause instanceof UnresolvedAddressException || failure instanceof UnknownHostException) {
            return "unknown host";
        }
        if (message == null || message.isBlank()) {
            return failure instanceof ConnectException
                    ? "connection refused"
                    : failure.getClass().getSimpleName();
        }
        return message;
    }
}
