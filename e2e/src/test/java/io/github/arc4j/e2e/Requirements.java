package io.github.arc4j.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.github.arc4j.demo.k3s.K3sStage;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * What tests on Kubernetes need. Where it is missing they are skipped, with a reason that the build's last lines repeat; with the system
 * property {@code e2e=required} they fail.
 */
public final class Requirements {
    private Requirements() {}

    /** For a cluster: Docker and the image of K3s. */
    public static void cluster() throws InterruptedException {
        require(missingForCluster());
    }

    /** For a cluster that runs what this build has built. */
    public static void clusterAndImages() throws InterruptedException {
        require(missingForCluster()
                .or(() -> K3sStage.ARCHIVES.stream()
                        .filter(archive -> !Files.exists(archive))
                        .findFirst()
                        .map(archive -> "the container images are not built (%s is missing)"
                                .formatted(archive.getFileName()))));
    }

    private static void require(Optional<String> missing) {
        missing.ifPresent(reason -> {
            if (System.getProperty("e2e", "").equals("required")) {
                fail("-De2e=required, but " + reason);
            }
            Assumptions.abort(reason);
        });
    }

    private static Optional<String> missingForCluster() throws InterruptedException {
        DockerClient docker;
        try {
            docker = DockerClientFactory.instance().client();
        } catch (RuntimeException e) {
            return Optional.of("Docker cannot be used. Install and start it; if it runs, see the first error in"
                    + " e2e/target/failsafe-reports/*-output.txt");
        }
        for (String image : K3sStage.IMAGES) {
            try {
                docker.inspectImageCmd(image).exec();
            } catch (NotFoundException absent) {
                try {
                    docker.pullImageCmd(image).start().awaitCompletion();
                } catch (DockerException e) {
                    return Optional.of(
                            ("Docker cannot pull the image %s. Allow access to its registry, or name another image;"
                                            + " CONTRIBUTING.md lists the settings")
                                    .formatted(image));
                }
            }
        }
        return Optional.empty();
    }
}
