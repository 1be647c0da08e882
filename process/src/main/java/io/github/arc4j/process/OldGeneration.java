package io.github.arc4j.process;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Optional;
import javax.management.NotificationEmitter;

/**
 * Keeps the size of the heap close to the memory in use. The serial collector lets its old generation grow up to the
 * limit before it collects garbage there, however little of it is live; this class triggers a collection each time the
 * generation has reached twice the size that was live after the last one. Does nothing with other collectors.
 */
public final class OldGeneration {
    private static final long SMALLEST_WORTH_COLLECTING = 32L << 20;

    private final MemoryPoolMXBean pool;
    private volatile long threshold = SMALLEST_WORTH_COLLECTING;

    private OldGeneration(MemoryPoolMXBean pool) {
        this.pool = pool;
    }

    /** Starts monitoring, which lasts until the process ends. */
    public static void keepSmall() {
        serialPool().map(OldGeneration::new).ifPresent(OldGeneration::watch);
    }

    private static Optional<MemoryPoolMXBean> serialPool() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool ->
                        pool.getType() == MemoryType.HEAP && pool.getName().equals("Tenured Gen"))
                .findFirst();
    }

    private void watch() {
        ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> collector.getName().equals("Copy"))
                .map(NotificationEmitter.class::cast)
                .forEach(emitter -> emitter.addNotificationListener(
                        (notification, handback) -> collectIfLarge(),
                        notification -> notification
                                .getType()
                                .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                        null));
    }

    private void collectIfLarge() {
        if (pool.getUsage().getUsed() < threshold) {
            return;
        }
        System.gc();
        threshold = Math.max(SMALLEST_WORTH_COLLECTING, 2 * pool.getUsage().getUsed());
    }
}
