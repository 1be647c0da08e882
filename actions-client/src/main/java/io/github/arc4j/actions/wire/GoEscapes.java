package io.github.arc4j.actions.wire;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * The escapes of Go's JSON encoder, for text that must be identical byte for byte. They include characters with a
 * special meaning in HTML and JavaScript, in lower-case hexadecimal.
 */
public final class GoEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final int[] ASCII = ascii();

    private static int[] ascii() {
        int[] ascii = standardAsciiEscapesForJSON();
        for (int c = 0; c < ' '; c++) {
            if (ascii[c] < 0) {
                ascii[c] = ESCAPE_CUSTOM;
            }
        }
        ascii['<'] = ESCAPE_CUSTOM;
        ascii['>'] = ESCAPE_CUSTOM;
        ascii['&'] = ESCAPE_CUSTOM;
        return ascii;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ASCII.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
        boolean escaped = c < 0x80 || c == 0x2028 || c == 0x2029;
        return escaped ? new SerializedString(String.format("\\u%04x", c)) : null;
    }
}
