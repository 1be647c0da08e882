package io.github.arc4j.controller.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An open watch: one JSON document per line. For one reader; only {@link #close} may be called by others. */
final class EventStream<T extends HasMetadata> implements AutoCloseable {
    private final InputStream in;
    private final ObjectReader<T> reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(8192);
    private final byte[] buffer = new byte[16384];
    private int position;
    private int end;

    EventStream(InputStream in, ObjectReader<T> reader) {
        this.in = in;
        this.reader = reader;
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
                    return reader.event(line.toByteArray());
                }
            } else if (!fill()) {
                // A line without an end is cut off: whatever it said, the next watch says it again.
                return null;
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /** Ends the watch; a thread that waits in {@link #next} gets an exception. */
    @Override
    public void close() throws IOException {
        in.close();
    }
}
