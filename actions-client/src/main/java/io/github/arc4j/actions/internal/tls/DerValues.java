package io.github.arc4j.actions.internal.tls;

/** Counts the values in data in DER, without creating objects for them. */
final class DerValues {
    private static final int CONSTRUCTED = 0x20;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    /** Certificates nest less than half as deep. */
    private static final int MAX_DEPTH = 32;

    /** Of the length of a value: more are not needed for a certificate. */
    private static final int MAX_LENGTH_BYTES = 3;

    private final byte[] der;
    private int values;

    private DerValues(byte[] der) {
        this.der = der;
    }

    /**
     * Returns the number of values, including those in sequences and in octet strings that contain a sequence, as
     * extensions do. From an error on, each byte counts, because a lenient reader may find values there.
     */
    static int count(byte[] der) {
        DerValues counted = new DerValues(der);
        counted.count(0, der.length, 0);
        return counted.values;
    }

    /** Returns the number of elements of a sequence in an octet string; each byte counts if the data is not that. */
    static int elements(byte[] octetString) {
        DerValues der = new DerValues(octetString);
        int sequence = der.content(0, octetString.length);
        int at = sequence < 0 ? -1 : der.content(sequence, octetString.length);
        int elements = 0;
        while (at >= 0 && at < octetString.length) {
            int content = der.content(at, octetString.length);
            at = content < 0 ? -1 : content + der.length(at, content);
            elements++;
        }
        return at < 0 ? octetString.length : elements;
    }

    /** Where the content of the value begins; negative if it is not complete. */
    private int content(int at, int end) {
        int content = at + 2 + lengthBytes(at, end);
        int length = content > end ? -1 : length(at, content);
        return length < 0 || length > end - content ? -1 : content;
    }

    private void count(int start, int end, int depth) {
        int at = start;
        while (at < end) {
            int content = content(at, end);
            if (content < 0 || depth > MAX_DEPTH) {
                values += end - at;
                return;
            }
            int length = length(at, content);
            values++;
            if (isComposed(der[at], content, length)) {
                count(content, content + length, depth + 1);
            }
            at = content + length;
        }
    }

    /** The number of bytes that follow the first byte of the length. */
    private int lengthBytes(int at, int end) {
        int first = at + 1 < end ? der[at + 1] & 0xff : 0;
        return first < 0x80 ? 0 : first & 0x7f;
    }

    /** The length of a value, negative if it is not given or too long. */
    private int length(int at, int content) {
        int bytes = content - at - 2;
        if (bytes == 0) {
            return der[at + 1]; // 0x80, an indefinite length, is negative
        }
        int length = 0;
        for (int i = at + 2; i < content; i++) {
            length = length << 8 | der[i] & 0xff;
        }
        return bytes > MAX_LENGTH_BYTES ? -1 : length;
    }

    private boolean isComposed(byte tag, int content, int length) {
        boolean isExtension = tag == OCTET_STRING && length > 0 && der[content] == SEQUENCE;
        return (tag & CONSTRUCTED) != 0 || isExtension;
    }
}
