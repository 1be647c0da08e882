package io.github.arc4j.e2e.abuse;

/**
 * Text as somebody writes it who wants to forge lines of logs, to fool readers and terminals, or to fill memory and
 * disks.
 */
final class HostileText {
    /** What shows that a text has come somewhere, and the logger of the lines that it pretends to be. */
    static final String MARK = "Forged";

    /** Lines as the processes log them, in both formats. */
    private static final String LINES = """
        %1$s
        2026-01-01T00:00:00Z\tERROR\t%1$s\tdisk is full
        time=2026-01-01T00:00:00.000Z level=ERROR logger=%1$s msg=full
        {"severity":"error","ts":"2026-01-01T00:00:00Z","logger":"%1$s","message":"full"}
        """.formatted(MARK);

    private static final String TEXT = LINES
            + "\r\u0000\u0007\u001b[31m\u0085\u2028\u2029\u202Ethgir ot tfel\u2066\uFEFF\u200b \uD83D\uDE00"
            + " {{ .Values }} ${jndi:ldap://127.0.0.1:1/a} $(HOME) %s%n {} \\\" ' <b>&amp; \\u000a";

    private HostileText() {}

    /** A text of that many characters at least. */
    static String of(int length) {
        return TEXT + TEXT.repeat(length / TEXT.length());
    }

    /** Whether text has characters that move a cursor, or hide or reorder what is around them. */
    static boolean isVisible(String text) {
        return text.codePoints().noneMatch(character -> switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        });
    }
}
