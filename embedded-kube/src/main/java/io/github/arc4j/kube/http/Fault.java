package io.github.arc4j.kube.http;

import io.github.arc4j.kube.object.ApiException;
import io.github.arc4j.kube.object.ResourceType;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A failure of the next matching requests. Immutable. Without an effect such as an error response or a drop, a fault
 * only counts requests.
 */
public final class Fault {

    /** When a fault is applied: before the request has any effect, or after its effect but before the reply. */
    public enum Moment {
        BEFORE_EFFECT,
        AFTER_EFFECT
    }

    /** The effect of a fault. */
    @FunctionalInterface
    private interface Effect {
        void strike(ApiRequest request) throws DroppedException;
    }

    private final Predicate<ApiRequest> matcher;
    private final int times;
    private final Moment moment;
    private final Duration delay;
    private final Effect effect;

    private Fault(Predicate<ApiRequest> matcher, int times, Moment moment, Duration delay, Effect effect) {
        this.matcher = matcher;
        this.times = times;
        this.moment = moment;
        this.delay = delay;
        this.effect = effect;
    }

    private Fault effect(Effect other) {
        return new Fault(matcher, times, moment, delay, other);
    }

    /**
     * Matches one request with the given verb and target.
     *
     * @param verb as in RBAC, or {@code *}
     * @param target {@code pods}, {@code pods/status} or {@code *}; a plural alone does not match its subresources
     */
    public static Fault on(String verb, String target) {
        return when(request -> (verb.equals("*") || verb.equals(request.verb()))
                && (target.equals("*") || target.equals(request.target())));
    }

    /** Matches one request that satisfies the predicate. */
    public static Fault when(Predicate<ApiRequest> matcher) {
        return new Fault(matcher, 1, Moment.BEFORE_EFFECT, Duration.ZERO, request -> {});
    }

    /** Limits the fault to objects whose whole name matches a regular expression. */
    public Fault name(String regex) {
        Pattern pattern = Pattern.compile(regex);
        Predicate<ApiRequest> named = request -> pattern.matcher(request.name()).matches();
        return new Fault(matcher.and(named), times, moment, delay, effect);
    }

    /** Applies the fault this many times. */
    public Fault times(int n) {
        return new Fault(matcher, n, moment, delay, effect);
    }

    /** Applies the fault until it is removed. */
    public Fault always() {
        return times(Integer.MAX_VALUE);
    }

    /**
     * Applies the fault after the request has taken effect, so that only the reply is replaced. It does not apply to
     * watches. A real API server returns 429 only for requests that it has not processed.
     */
    public Fault afterEffect() {
        return new Fault(matcher, times, Moment.AFTER_EFFECT, delay, effect);
    }

    /** Replies with a status code, its usual reason and a message, and 429 as an overloaded server does. */
    public Fault answer(int code) {
        return code == 429 ? overload() : answer(code, reasonOf(code), "injected fault");
    }

    private Fault overload() {
        return effect(request -> {
            throw new OverloadedException();
        });
    }

    /** Rejects requests as a webhook with a rate limit does: with 429, a Status and {@code Retry-After}. */
    public Fault limitRate() {
        return answer(request -> ApiException.tooManyRequests("injected fault"));
    }

    /** Replies with a Status that has these values. */
    public Fault answer(int code, String reason, String message) {
        return answer(request -> new ApiException(code, reason, message));
    }

    private Fault answer(Function<ApiRequest, ApiException> failure) {
        return effect(request -> {
            throw failure.apply(request);
        });
    }

    /** Closes the connection without a reply. */
    public Fault drop() {
        return effect(request -> {
            throw new DroppedException("fault");
        });
    }

    /** Runs code while the request waits, such as a concurrent write of another client; then the request continues. */
    public Fault meanwhile(Consumer<ApiRequest> action) {
        return effect(action::accept);
    }

    /** Delays the request before any other effect. */
    public Fault delay(Duration time) {
        return new Fault(matcher, times, moment, time, effect);
    }

    /** Rejects the creation of pods, as an exhausted ResourceQuota does, until the fault is removed. */
    public static Fault exceededQuota(String quotaName) {
        String reason = "exceeded quota: " + quotaName + ", requested: pods=1, used: pods=1, limited: pods=1";
        return on("create", "pods").always().answer(request -> {
            ResourceType pods = ResourceType.builtIn().getFirst();
            return ApiException.forbidden(pods, request.name(), reason);
        });
    }

    private static String reasonOf(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 410 -> "Expired";
            case 422 -> "Invalid";
            case 500 -> "InternalError";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> "";
        };
    }

    boolean matches(ApiRequest request) {
        return matcher.test(request);
    }

    int times() {
        return times;
    }

    /** Applies the fault if this is its moment. */
    void strike(ApiRequest request, Moment now) throws DroppedException, InterruptedException {
        if (now == Moment.BEFORE_EFFECT && delay.isPositive()) {
            Thread.sleep(delay);
        }
        if (now == moment) {
            effect.strike(request);
        }
    }
}
