package io.github.arc4j.runtime.watch;

import io.github.arc4j.runtime.cache.Request;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * JSON that is read only once, because it is too long to be in memory. Notes which object it contains, wherever its
 * metadata is, so that the object is known even if a parser rejects the text.
 */
final class ScannedText extends FilterInputStream {
    private static final String RESOURCE_VERSION = "resourceVersion";
    /** Between two keys; no key contains it. */
    private static final String SEPARATOR = "\n";

    private static final String METADATA = "metadata" + SEPARATOR;

    private static final Set<String> NOTED = Set.of("name", "namespace", "uid", RESOURCE_VERSION, "continue");

    private record Key(String name, byte[] text) {}

    /** All keys that make a difference. */
    private static final Key[] KEYS = Stream.concat(NOTED.stream(), Stream.of("object", "items", "metadata"))
            .map(name -> new Key(name, name.getBytes(StandardCharsets.US_ASCII)))
            .toArray(Key[]::new);

    /** The deepest level of noted values: those in the metadata of an item of a list. */
    private static final int MAX_LEVEL = 4;
    /** Longer than the token of a list's next page, which contains a namespace and a name. */
    private static final int MAX_VALUE = 4096;

    /** The path of an object's metadata: its keys; an element of a list has an empty one. */
    private final String metadata;
    /** The noted values by path. */
    private final Map<String, String> values = new HashMap<>();
    /** The key that was read last at each level. */
    private final String[] keys = new String[MAX_LEVEL + 1];

    private final byte[] text = new byte[MAX_VALUE];
    private int textLength;
    private int level;
    private boolean complete;
    private boolean inText;
    private boolean escaped;
    private boolean afterColon;

    private ScannedText(InputStream in, String metadata) {
        super(in);
        this.metadata = metadata;
        Arrays.fill(keys, "");
    }

    static ScannedText ofEvent(InputStream event) {
        return new ScannedText(event, "object" + SEPARATOR + METADATA);
    }

    static ScannedText ofList(InputStream list) {
        return new ScannedText(list, "items" + SEPARATOR + SEPARATOR + METADATA);
    }

    /** The object, or the last one in a list. */
    ObjectVersion object() {
        return new ObjectVersion(
                new Request(value(metadata + "namespace"), value(metadata + "name")),
                values.get(metadata + "uid"),
                value(metadata + RESOURCE_VERSION));
    }

    /** What a list contains besides its items. */
    ObjectReader.Page page() {
        return new ObjectReader.Page(value(METADATA + RESOURCE_VERSION), value(METADATA + "continue"));
    }

    private String value(String path) {
        return values.getOrDefault(path, "");
    }

    /** Reads the rest, and throws an exception if the text is not complete. */
    void finish() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        if (!complete) {
            throw new IOException("the text ended within an object");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        for (int i = offset; i < offset + count; i++) {
            if (inText) {
                scanText(target[i]);
            } else {
                scan(target[i]);
            }
        }
        return count;
    }

    private void scanText(byte next) {
        if (next == '"' && !escaped) {
            inText = false;
            noteText();
            return;
        }
        escaped = next == '\\' && !escaped;
        if (textLength < MAX_VALUE) {
            text[textLength] = next;
            textLength++;
        }
    }

    private void scan(byte next) {
        switch (next) {
            case '"' -> {
                inText = true;
                textLength = 0;
            }
            case ':' -> afterColon = true;
            case ',' -> afterColon = false;
            case '{', '[' -> {
                afterColon = false;
                level++;
                setKey("");
            }
            case '}', ']' -> {
                afterColon = false;
                level--;
                complete = level == 0;
            }
            default -> {
                // a number, a constant or white space
            }
        }
    }

    private void noteText() {
        if (!afterColon) {
            setKey(key());
        } else if (level <= MAX_LEVEL && textLength < MAX_VALUE && NOTED.contains(keys[level])) {
            noteValue();
        }
        afterColon = false;
    }

    /**
     * The key that has been read; empty if it makes no difference. Allocates nothing, because there may be very many
     * keys.
     */
    private String key() {
        for (Key key : KEYS) {
            if (Arrays.equals(key.text(), 0, key.text().length, text, 0, textLength)) {
                return key.name();
            }
        }
        return "";
    }

    private void setKey(String key) {
        if (level > 0 && level <= MAX_LEVEL) {
            keys[level] = key;
        }
    }

    private void noteValue() {
        String path = String.join(SEPARATOR, Arrays.asList(keys).subList(1, level + 1));
        if (path.startsWith(metadata) || path.startsWith(METADATA)) {
            values.put(path, new String(text, 0, textLength, StandardCharsets.UTF_8));
        }
    }
}
