package io.github.arc4j.simulator.http.routing;

import io.github.arc4j.simulator.service.Tokens;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An endpoint: method, path with variables in braces, API surface, accepted tokens, and handler. */
public final class Route {
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    private final String method;
    private final String template;
    private final Surface surface;
    private final Set<Tokens.Kind> tokens;
    private final Handler handler;
    private final Pattern pattern;

    /** The API that an endpoint belongs to. */
    enum Surface {
        /** GitHub's REST API. */
        REST,
        /** The Actions service. */
        SERVICE,
        /** The message queue of the Actions service. */
        QUEUE,
        /** The admin API, which is not part of the wire protocol. */
        ADMIN
    }

    /** The implementation of an endpoint. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Call call) throws InterruptedException;
    }

    private Route(String method, String template, Surface surface, Set<Tokens.Kind> tokens, Handler handler) {
        this.method = method;
        this.template = template;
        this.surface = surface;
        this.tokens = tokens;
        this.handler = handler;
        this.pattern = Pattern.compile(VARIABLE.matcher(template).replaceAll("(?<$1>[^/]+)"));
    }

    /** An endpoint of GitHub's REST API; without token kinds, the handler authenticates the caller itself. */
    public static Route rest(String method, String path, Handler handler, Tokens.Kind... tokens) {
        return new Route(method, path, Surface.REST, set(tokens), handler);
    }

    public static Route service(String method, String path, Tokens.Kind token, Handler handler) {
        return new Route(method, "/tenant/{tenant}" + path, Surface.SERVICE, Set.of(token), handler);
    }

    public static Route queue(String method, String path, Handler handler) {
        return new Route(method, "/tenant/{tenant}" + path, Surface.QUEUE, Set.of(Tokens.Kind.QUEUE), handler);
    }

    public static Route admin(String method, String path, Handler handler) {
        return new Route(method, path, Surface.ADMIN, Set.of(), handler);
    }

    private static Set<Tokens.Kind> set(Tokens.Kind... tokens) {
        Set<Tokens.Kind> set = EnumSet.noneOf(Tokens.Kind.class);
        set.addAll(Set.of(tokens));
        return set;
    }

    Surface surface() {
        return surface;
    }

    Set<Tokens.Kind> tokens() {
        return tokens;
    }

    /** Method and path pattern without the tenant, as used in reports. */
    String name() {
        return method + " " + template.replace("/tenant/{tenant}", "").replace("(?:/api/v3)?", "");
    }

    Response handle(Call call) throws InterruptedException {
        return handler.handle(call);
    }

    /** The values of the path variables if this endpoint matches the call, else null. */
    @Nullable Map<String, String> match(String callMethod, String callPath) {
        Matcher matcher = pattern.matcher(callPath);
        if (!method.equals(callMethod) || !matcher.matches()) {
            return null;
        }
        Map<String, String> values = new LinkedHashMap<>();
        Matcher names = VARIABLE.matcher(template);
        while (names.find()) {
            values.put(names.group(1), Call.decode(matcher.group(names.group(1))));
        }
        return values;
    }
}
