package io.github.arc4j.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** The Docker engine that tests on K3s need. */
public final class Docker {
    /** Told at the end of the build. */
    private static final Path SKIPPED = Path.of("target", "skipped.txt");

    private Docker() {}

    /** Without Docker, skips the tests that ask; with the system property {@code e2e=required}, fails them. */
    public static void require() throws IOException {
        Files.deleteIfExists(SKIPPED);
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return;
        }
        if (System.getProperty("e2e", "").equals("required")) {
            fail("there is no Docker, which -De2e=required asks for");
        }
        String message = "The tests on K3s were SKIPPED: there is no Docker. With -De2e=required that is a failure.";
        Files.writeString(SKIPPED, message);
        Assumptions.abort(message);
    }
}
