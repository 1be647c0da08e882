package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open watch: one JSON document per line. For a single reader; only {@link #close} may be called by other threads.
 * Closes itself after a long silence: the server sends a bookmark every minute even if nothing happens.
 */
final class EventStream<T extends HasMetadata> implements AutoCloseable {
    private static final int LINE = 8192;

    private final InputStream in;
    private final ObjectReader<T> reader;
    private ByteArrayOutputStream line = new ByteArrayOutputStream(LINE);
    private final byte[] buffer = new byte[16384];
    private final SilenceLimit silence;
    private int position;
    private int end;

    EventStream(InputStream in, ObjectReader<T> reader, Duration maxSilence) {
        this.in = in;
        this.reader = reader;
        this.silence = new SilenceLimit(in, maxSilence);
    }

    /** Waits for the next event; null at the end of the watch. */
    @Nullable WatchEvent<T> next() throws IOException {
        if (line.size() > 8 * LINE) {
            line = new ByteArrayOutputStream(LINE);
        }
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
                    silence.heard();
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
        silence.close();
    }
}
