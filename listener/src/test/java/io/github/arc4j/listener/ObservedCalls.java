package io.github.arc4j.listener;

import io.github.arc4j.actions.MessageSession;
import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.listener.kube.RunnerSetPatches;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;

/**
 * Wraps all interfaces that a listener calls, whatever their methods: a hook sees each call before its effect ({@code
 * poll}) and after it ({@code after poll}), and may throw.
 */
final class ObservedCalls {
    interface Hook {
        void reached(String point);
    }

    /** Methods that make no remote call. */
    private static final Set<String> LOCAL =
            Set.of("id", "initialStatistics", "jobCompleted", "toString", "hashCode", "equals");

    private final Hook hook;

    ObservedCalls(Hook hook) {
        this.hook = hook;
    }

    ScaleSetApi of(ScaleSetApi api) {
        return observed(ScaleSetApi.class, api);
    }

    RunnerSetPatches of(RunnerSetPatches patches) {
        return observed(RunnerSetPatches.class, patches);
    }

    private <T> T observed(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> call(target, method, args)));
    }

    private Object call(Object target, Method method, Object[] args) throws Throwable {
        boolean remote = !LOCAL.contains(method.getName());
        if (remote) {
            hook.reached(method.getName());
        }
        Object response;
        try {
            response = method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (remote) {
            hook.reached("after " + method.getName());
        }
        return response instanceof MessageSession session ? observed(MessageSession.class, session) : response;
    }

    /** Every point at which a call of a listener may fail. */
    static List<String> points() {
        return List.of("openSession", "poll", "acquireJobs", "deleteMessage", "close", "scale", "markJobStarted")
                .stream()
                .<String>mapMulti((call, points) -> {
                    points.accept(call);
                    points.accept("after " + call);
                })
                .toList();
    }
}
