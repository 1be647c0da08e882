package io.github.arc4j.runtime.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An open watch: one JSON document per line. For a single reader; only {@link #close} may be called by other threads.
 * Closes itself after a long silence: the server sends a bookmark every minute even if nothing happens.
 */
final class EventStream<T extends HasMetadata> implements AutoCloseable {
    private static final int LINE = 8192;
    /**
     * Bytes of a line that is kept as a whole. 1.5 MiB of {@code <} in an object make its line 9 MiB long, and the
     * watches of all kinds may receive such lines at the same time.
     */
    private static final int MAX_LINE = 8 * LINE;

    /** How many longer lines are read at a time, in all watches: the keys of one may take 12 MiB. */
    private static final Semaphore LONG_LINES = new Semaphore(2, true);

    /** A connection that fails in the middle of a line must not hold up the other watches. */
    private static final int MAX_WAIT_SECONDS = 10;

    private final InputStream in;
    private final ObjectReader<T> reader;
    private ByteArrayOutputStream line = new ByteArrayOutputStream(LINE);
    private final byte[] buffer = new byte[16384];
    private final SilenceLimit silence;
    private final Semaphore longLines;
    private int position;
    private int end;

    EventStream(InputStream in, ObjectReader<T> reader, Duration maxSilence) {
        this(in, reader, maxSilence, LONG_LINES);
    }

    /** @param longLines permits to read a long line */
    EventStream(InputStream in, ObjectReader<T> reader, Duration maxSilence, Semaphore longLines) {
        this.in = in;
        this.reader = reader;
        this.longLines = longLines;
        this.silence = new SilenceLimit(in, maxSilence);
    }

    /** Waits for the next event; null at the end of the watch. */
    @Nullable WatchEvent<T> next() throws IOException {
        if (line.size() > MAX_LINE) {
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
            } else if (line.size() > MAX_LINE) {
                return longLine();
            } else if (!fill()) {
                // An incomplete line is discarded; the next watch repeats the event.
                return null;
            }
        }
    }

    private WatchEvent<T> longLine() throws IOException {
        boolean isTurn;
        try {
            isTurn = longLines.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the rest of a line was read");
        }
        try {
            WatchEvent<T> event = reader.event(
                    new SequenceInputStream(new ByteArrayInputStream(line.toByteArray()), new RestOfLine()));
            silence.heard();
            return event;
        } finally {
            if (isTurn) {
                longLines.release();
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /** The part of the line that is not in memory yet. */
    private final class RestOfLine extends InputStream {
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (ended || (position == end && !fill())) {
                return -1;
            }
            int count = 0;
            while (count < length && position < end && !ended) {
                byte next = buffer[position];
                position++;
                if (next == '\n') {
                    ended = true;
                } else {
                    target[offset + count] = next;
                    count++;
                }
            }
            return count == 0 ? -1 : count;
        }
    }

    /** Ends the watch; {@link #next} throws an exception in a waiting thread. */
    @Override
    public void close() throws IOException {
        silence.close();
    }
}
