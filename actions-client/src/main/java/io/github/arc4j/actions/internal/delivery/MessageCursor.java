package io.github.arc4j.actions.internal.delivery;

/** The last message received; a poll requests the messages after it. */
public final class MessageCursor {
    private long lastId;
    private boolean fromOldSession;

    public long lastId() {
        return lastId;
    }

    /**
     * Returns whether this session has already delivered the message, and polls have acknowledged its id since. GitHub
     * may deliver a message again until it is deleted, despite that id, as the Go library documents.
     */
    public boolean hasPassed(long id) {
        return !fromOldSession && id <= lastId;
    }

    public void sessionOpened() {
        fromOldSession = lastId > 0;
    }

    public void received(long id) {
        lastId = id;
        fromOldSession = false;
    }

    /**
     * Resets the cursor if it comes from an earlier session: if GitHub restarted the numbering with the new session,
     * the old id would hold back messages forever.
     */
    public void nothingReceived() {
        if (fromOldSession) {
            received(0);
        }
    }
}
