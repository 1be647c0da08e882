package io.github.arc4j.actions.internal;

import java.io.IOException;

/** Several objects have the name that is looked for; another try would find them again. */
final class AmbiguousNameException extends IOException {
    AmbiguousNameException(String kind, String name) {
        super("multiple " + kind + " found with name \"" + name + "\"");
    }
}
