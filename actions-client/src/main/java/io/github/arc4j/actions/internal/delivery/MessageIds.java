package io.github.arc4j.actions.internal.delivery;

import java.util.LinkedHashSet;

/** The most recently seen message ids. */
public final class MessageIds {
    private static final int REMEMBERED = 1000;

    private final LinkedHashSet<Long> ids = new LinkedHashSet<>();

    /** Adds an id; returns false if the id is already present. */
    public boolean add(long id) {
        boolean added = ids.add(id);
        if (ids.size() > REMEMBERED) {
            ids.remove(ids.iterator().next());
        }
        return added;
    }

    public boolean contains(long id) {
        return ids.contains(id);
    }
}
