package io.github.arc4j.actions.loop;

/** The last message that was received; a poll asks for what follows it. */
final class MessageCursor {
    private long lastId;
    private boolean fromOldSession;

    long lastId() {
        return lastId;
    }

    /**
     * Whether this session has sent the message before, and polls have acknowledged its id since. GitHub may send a message
     * again until it is deleted, in spite of that id: the Go library documents it so.
     */
    boolean hasPassed(long id) {
        return !fromOldSession && id <= lastId;
    }

    void sessionOpened() {
        fromOldSession = lastId > 0;
    }

    void received(long id) {
        lastId = id;
        fromOldSession = false;
    }

    /** Should GitHub number the messages of a session anew, the last id of the session before would hold them back for ever. */
    void nothingReceived() {
        if (fromOldSession) {
            received(0);
        }
    }
}
