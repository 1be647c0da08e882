package io.github.arc4j.kube.pods;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Determines which images can be pulled. */
final class Images {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Predicate<String> pullable = image -> true;

    /** Replaces the rule, and wakes the pods that are waiting for their images. */
    void rule(Predicate<String> rule) {
        lock.lock();
        try {
            pullable = rule;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean pullable(String image) {
        lock.lock();
        try {
            return pullable.test(image);
        } finally {
            lock.unlock();
        }
    }

    void await(String image) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!pullable.test(image)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
