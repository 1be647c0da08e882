package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open watch: one JSON document per line. For a single reader; only {@link #close} may be called by other threads.
 * Closes itself after a long silence: the server sends a bookmark every minute even if nothing happens.
 */
final class EventStream<T extends HasMetadata> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private final InputStream in;
    private final ObjectReader<T> reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(8192);
    private final byte[] buffer = new byte[16384];
    private final Duration maxSilence;
    private final Thread guard;
    private int position;
    private int end;
    private volatile long lastHeard = System.nanoTime();

    EventStream(InputStream in, ObjectReader<T> reader, Duration maxSilence) {
        this.in = in;
        this.reader = reader;
        this.maxSilence = maxSilence;
        this.guard = Thread.startVirtualThread(this::closeWhenSilent);
    }

    /** Waits for the next event; null at the end of the watch. */
    @Nullable WatchEvent<T> next() throws IOException {
        line.reset();
        while (true) {
            int newline = position;
            while (newline < end && buffer[newline] != '\n') {
                newline++;
            }
            line.write(buffer, position, newline - position);
            position = Math.min(newline + 1, end);
            if (newline < end) {
                if (line.size() > 0) {
                    lastHeard = System.nanoTime();
                    return reader.event(line.toByteArray());
                }
            } else if (!fill()) {
                // An incomplete line is discarded; the next watch repeats the event.
                return null;
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /** Ends the watch; {@link #next} throws an exception in a waiting thread. */
    @Override
    public void close() throws IOException {
        guard.interrupt();
        in.close();
    }

    private void closeWhenSilent() {
        try {
            long remaining = maxSilence.toNanos();
            while (remaining > 0) {
                TimeUnit.NANOSECONDS.sleep(remaining);
                remaining = lastHeard + maxSilence.toNanos() - System.nanoTime();
            }
            log.warn("A watch was silent for {}; reopening it", maxSilence);
            in.close();
        } catch (InterruptedException e) {
            // The watch ended by itself.
        } catch (IOException e) {
            log.debug("Closing a silent watch failed", e);
        }
    }
}
