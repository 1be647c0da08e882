package io.github.arc4j.e2e;

import io.github.arc4j.demo.k3s.K3sStage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * The requirements of tests on Kubernetes. As an extension, it is for tests of the artifacts of this build: if a
 * requirement is missing, they are skipped, with a reason that the last lines of the build repeat; with the system
 * property {@code e2e=required} they fail.
 */
public final class Requirements implements ExecutionCondition {
    private static final String PROPERTY = "e2e";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("its class is");
        }
        return missingForCluster()
                .or(() -> failIfRequired(missingImages(), System.getProperty(PROPERTY)))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("nothing is missing"));
    }

    /**
     * The reason why no cluster is available.
     *
     * @throws IllegalStateException with the reason, if tests on Kubernetes are required
     */
    static Optional<String> missingForCluster() {
        return failIfRequired(InDocker.MISSING, System.getProperty(PROPERTY));
    }

    /** Determined once for all classes, because a pull may take a long time to fail. */
    private static final class InDocker {
        static final Optional<String> MISSING = missingInDocker();
    }

    static Optional<String> failIfRequired(Optional<String> missing, @Nullable String e2e) {
        missing.filter(reason -> "required".equals(e2e)).ifPresent(reason -> {
            throw new IllegalStateException("-De2e=required: " + reason);
        });
        return missing;
    }

    private static Optional<String> missingImages() {
        return K3sStage.ARCHIVES.stream()
                .filter(archive -> !Files.exists(archive))
                .findFirst()
                .map(archive ->
                        "The container images are not built: there is no target/" + archive.getFileName() + ".");
    }

    /**
     * Checks with the command line first, because Testcontainers tries for two minutes to pull its own image, and
     * again for each class.
     */
    private static Optional<String> missingInDocker() {
        List<String> images = docker("version") ? K3sStage.IMAGES : List.of();
        for (String image : images) {
            if (!docker("image", "inspect", image) && !docker("pull", "--quiet", image)) {
                return Optional.of(("Docker cannot pull %s. Allow access to its registry, or name another image;"
                                + " CONTRIBUTING.md says how.")
                        .formatted(image));
            }
        }
        return missingInTestcontainers(Requirements::startTestcontainers);
    }

    /** Starts the containers that Testcontainers itself needs; returns whether there is a Docker. */
    private static boolean startTestcontainers() {
        DockerClientFactory docker = DockerClientFactory.instance();
        if (!docker.isDockerAvailable()) {
            return false;
        }
        docker.dockerHostIpAddress();
        return true;
    }

    static Optional<String> missingInTestcontainers(BooleanSupplier start) {
        try {
            return start.getAsBoolean()
                    ? Optional.empty()
                    : Optional.of("There is no Docker. Install it and start its engine.");
        } catch (RuntimeException e) {
            return Optional.of(("Testcontainers cannot use Docker (%s). Allow access to the registry of its images, or"
                            + " set TESTCONTAINERS_RYUK_DISABLED=true and TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE.")
                    .formatted(readable(String.valueOf(e.getMessage()))));
        }
    }

    /** In one line, which names the image only, so that it is the same in all processes. */
    private static String readable(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.replaceFirst("RemoteDockerImage\\(imageName=([^,)]+).*\\)", "$1");
    }

    private static boolean docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
