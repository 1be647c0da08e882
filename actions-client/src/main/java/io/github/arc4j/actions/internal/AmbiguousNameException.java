package io.github.arc4j.actions.internal;

import java.io.IOException;

/** Several objects have the requested name; a retry would find the same objects. */
final class AmbiguousNameException extends IOException {
    AmbiguousNameException(String kind, String name) {
        super("multiple " + kind + " found with name \"" + name + "\"");
    }
}
