package io.github.arc4j.actions.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageCursorTest {
    private final MessageCursor cursor = new MessageCursor();

    @Test
    void keepsTheLastMessageOfASession() {
        cursor.sessionOpened();
        cursor.received(7);
        cursor.nothingReceived();

        assertThat(cursor.lastId()).isEqualTo(7);
    }

    @Test
    void asksForAllMessagesIfNoneFollowsThatOfTheSessionBefore() {
        cursor.received(7);
        cursor.sessionOpened();
        assertThat(cursor.lastId()).isEqualTo(7);

        cursor.nothingReceived();

        assertThat(cursor.lastId()).isZero();
    }

    @Test
    void aMessageOfTheNewSessionIsKept() {
        cursor.received(7);
        cursor.sessionOpened();
        cursor.received(8);
        cursor.nothingReceived();

        assertThat(cursor.lastId()).isEqualTo(8);
    }
}
