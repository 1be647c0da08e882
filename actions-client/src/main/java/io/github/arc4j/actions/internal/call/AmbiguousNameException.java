package io.github.arc4j.actions.internal.call;

import java.io.IOException;

/** Several objects have the requested name; a retry would find the same objects. */
public final class AmbiguousNameException extends IOException {
    public AmbiguousNameException(String kind, String name) {
        super("multiple " + kind + " found with name \"" + name + "\"");
    }
}
