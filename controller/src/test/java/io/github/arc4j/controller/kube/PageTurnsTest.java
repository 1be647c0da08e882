package io.github.arc4j.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Who reads the next page when several wait. */
class PageTurnsTest {
    private final PageTurns turns = new PageTurns(() -> Instant.EPOCH);
    /** Those who have begun to read a page, in order. */
    private final List<String> readers = new CopyOnWriteArrayList<>();

    private final Semaphore pagesThatEnd = new Semaphore(0);

    private Thread read(String namespace, int pages) {
        return Thread.ofPlatform().start(() -> {
            try {
                for (int page = 0; page < pages; page++) {
                    turns.read(namespace, () -> {
                        readers.add(namespace);
                        pagesThatEnd.acquireUninterruptibly();
                        return true;
                    });
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void whoReadsPageAfterPageTakesTurnsWithOthers() throws Exception {
        List<Thread> hostile = List.of(read("evil-0", 2), read("evil-0", 2), read("evil-1", 2), read("evil-1", 2));
        await().until(() -> readers.size() == hostile.size());
        Thread other = read("good", 1);
        await().until(() -> other.getState() == Thread.State.WAITING);

        pagesThatEnd.release();
        await().until(() -> readers.size() > hostile.size());
        assertThat(readers.get(hostile.size())).isEqualTo("good");

        pagesThatEnd.release(8);
        other.join();
        for (Thread thread : hostile) {
            thread.join();
        }
        assertThat(readers).hasSize(9);
    }
}
