package io.github.arc4j.controller.console;

import io.github.arc4j.process.http.HttpCall;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.HttpReply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Protects a handler on the loopback interface from pages of other sites in the same browser. A site can point its own
 * name to 127.0.0.1 (DNS rebinding) and read the responses, unless the header Host is checked.
 */
record LocalOnly(HttpHandler handler) implements HttpHandler {
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    /** The browser runs only the scripts of the console, even if a text were inserted as markup. */
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    @Override
    public HttpReply handle(HttpCall call) {
        HttpReply reply = reply(call);
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.putAll(reply.headers());
        return reply.withHeaders(headers);
    }

    private HttpReply reply(HttpCall call) {
        if (!HOSTS.contains(host(call))) {
            return HttpReply.text(403, "use localhost: kubectl port-forward");
        }
        if (isFromAnotherSite(call)) {
            return HttpReply.text(403, "not for other sites");
        }
        return call.method().equals("GET") || call.method().equals("HEAD")
                ? handler.handle(call)
                : HttpReply.text(405, "only GET and HEAD").withHeaders(Map.of("Allow", "GET, HEAD"));
    }

    /** Without the port. */
    private static String host(HttpCall call) {
        return call.header("Host").replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    }

    /** Other sites may link to the console, but must not read it or occupy its event streams. */
    private static boolean isFromAnotherSite(HttpCall call) {
        String site = call.header("Sec-Fetch-Site");
        return (site.equals("cross-site") || site.equals("same-site"))
                && !call.header("Sec-Fetch-Mode").equals("navigate");
    }
}
