package io.github.arc4j.runtime;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets tests wait for a minute for each condition, if they don't say how long: on a busy machine, even what takes no time
 * happens late. Found as a service, here and by the modules with this module's test archive.
 */
public final class PatientConditions implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
