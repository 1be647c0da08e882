package io.github.arc4j.runtime.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text that a parser reads from a stream, because it is too long to be in memory. Single values of it can be kept.
 * Closing it does not close the stream.
 */
public final class StreamedText extends InputStream {
    private static final int BLOCK = 8192;

    private final InputStream in;
    /** The two blocks that were read last: a parser may look at the token after the start of a value. */
    private byte[] previous = new byte[BLOCK];

    private byte[] latest = new byte[BLOCK];
    private int previousLength;
    private int latestLength;
    /** The number of bytes that the parser has read. */
    private long position;

    /** What has been read since {@link #start}; null if it is too long, or if nothing is being kept. */
    private byte @Nullable [] kept;

    private int keptLength;

    private long start;
    private int maxLength;

    public StreamedText(InputStream in) {
        this.in = in;
    }

    /**
     * Begins to keep a value. Only one is kept at a time.
     *
     * @param offset where the value begins, which is the parser's current token
     * @param max length of a value that is worth keeping
     */
    public void keep(long offset, int max) {
        start = offset;
        maxLength = max;
        keptLength = 0;
        long available = position - previousLength - latestLength;
        if (offset < available) {
            return;
        }
        kept = new byte[2 * BLOCK];
        int skipped = (int) (offset - available);
        int ofPrevious = Math.min(skipped, previousLength);
        int ofLatest = skipped - ofPrevious;
        append(previous, ofPrevious, previousLength - ofPrevious);
        append(latest, ofLatest, latestLength - ofLatest);
    }

    private void append(byte[] bytes, int offset, int length) {
        if (kept == null) {
            return;
        }
        // The last block may lie after the value.
        if (keptLength > maxLength) {
            kept = null;
            return;
        }
        if (keptLength + length > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(2 * kept.length, maxLength + 2 * BLOCK));
        }
        System.arraycopy(bytes, offset, kept, keptLength, length);
        keptLength += length;
    }

    /**
     * The value that was kept, up to this offset; null if it is too long.
     *
     * @param end where the value ends, after the parser has read or skipped it
     */
    public byte @Nullable [] kept(long end) {
        byte[] read = kept;
        kept = null;
        long length = end - start;
        return read == null || length > maxLength ? null : Arrays.copyOf(read, (int) length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, Math.min(length, BLOCK));
        if (count <= 0) {
            return count;
        }
        byte[] oldest = previous;
        previous = latest;
        previousLength = latestLength;
        latest = oldest;
        latestLength = count;
        System.arraycopy(target, offset, latest, 0, count);
        position += count;
        append(latest, 0, count);
        return count;
    }
}
