package io.github.arc4j.actions.loop;

import java.util.LinkedHashSet;

/** The most recently seen message ids. */
final class MessageIds {
    private static final int REMEMBERED = 1000;

    private final LinkedHashSet<Long> ids = new LinkedHashSet<>();

    /** Adds an id; returns false if the id is already present. */
    boolean add(long id) {
        boolean added = ids.add(id);
        if (ids.size() > REMEMBERED) {
            ids.remove(ids.iterator().next());
        }
        return added;
    }

    boolean contains(long id) {
        return ids.contains(id);
    }
}
