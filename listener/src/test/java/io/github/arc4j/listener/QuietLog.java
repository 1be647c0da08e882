package io.github.arc4j.listener;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Suppresses logs in tests that would log more than anyone would read. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {
    private static final Logger LISTENER = Logger.getLogger(Listener.class.getPackageName());

    @Override
    public void beforeAll(ExtensionContext context) {
        LISTENER.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LISTENER.setLevel(null);
    }
}
