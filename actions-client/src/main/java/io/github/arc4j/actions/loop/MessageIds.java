package io.github.arc4j.actions.loop;

import java.util.LinkedHashSet;

/** The message ids seen last. */
final class MessageIds {
    private static final int REMEMBERED = 1000;

    private final LinkedHashSet<Long> ids = new LinkedHashSet<>();

    /** False if it is there already. */
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
