package io.github.arc4j.runtime;

import io.github.arc4j.runtime.cache.Request;

/** Brings an object, and the objects that derive from it, closer to the state that its spec describes. */
@FunctionalInterface
public interface Reconciler {

    /**
     * Reconciles the object that {@code request} names. The controller never reconciles the same key concurrently. A
     * reconcile may block: it occupies only a virtual thread.
     *
     * @return what happens to the key afterwards
     * @throws Exception any failure; the key is retried with exponential backoff
     */
    Result reconcile(Request request) throws Exception;
}
