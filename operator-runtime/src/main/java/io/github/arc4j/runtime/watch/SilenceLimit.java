package io.github.arc4j.runtime.watch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a response's stream, which ends its reader, when nothing has been heard for some time. */
public final class SilenceLimit implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SilenceLimit.class);

    private final InputStream in;
    private final Duration max;
    private final Thread guard;
    private volatile long lastHeard = System.nanoTime();

    public SilenceLimit(InputStream in, Duration max) {
        this.in = in;
        this.max = max;
        this.guard = Thread.startVirtualThread(this::closeWhenSilent);
    }

    void heard() {
        lastHeard = System.nanoTime();
    }

    @Override
    public void close() throws IOException {
        guard.interrupt();
        in.close();
    }

    private void closeWhenSilent() {
        try {
            long remaining = max.toNanos();
            while (remaining > 0) {
                TimeUnit.NANOSECONDS.sleep(remaining);
                remaining = lastHeard + max.toNanos() - System.nanoTime();
            }
            log.warn("A response was silent for {}; closing it", max);
            in.close();
        } catch (InterruptedException e) {
            // The reader closed the stream.
        } catch (IOException e) {
            log.debug("Closing a silent response failed", e);
        }
    }
}
