package io.github.arc4j.controller;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The memory that a call allocates, which shows how many objects it reads: each takes an iterator or a key of 16 bytes or more. */
public final class Allocations {
    private Allocations() {}

    /** Bytes allocated by a call; an earlier call initializes what is needed only once. */
    public static long of(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        call.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        call.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
