package io.github.arc4j.controller.runtime;

/** Brings one object, and what follows from it, closer to what its specification asks for. */
@FunctionalInterface
public interface Reconciler {

    /**
     * Makes one pass over the object that {@code request} names. The controller never runs two passes over the same key
     * at a time. A pass may block: it holds a virtual thread and nothing else.
     *
     * @return what to do with the key afterwards
     * @throws Exception any failure; the key is tried again with exponential back-off
     */
    Result reconcile(Request request) throws Exception;
}
