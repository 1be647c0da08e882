package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerFetchException;

class RequirementsTest {
    private static final Optional<String> MISSING = Requirements.missingInTestcontainers(() -> {
        throw new ContainerFetchException(
                "Can't get Docker image: RemoteDockerImage(imageName=testcontainers/ryuk:1, policy=Policy@4f)\n",
                new RuntimeException());
    });

    @Test
    void anImageThatTestcontainersCannotPullIsMissing() {
        assertThat(MISSING)
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("(Can't get Docker image: testcontainers/ryuk:1)", "registry", "RYUK_DISABLED")
                        .hasLineCount(1));
        assertThat(Requirements.failIfRequired(MISSING, null)).isEqualTo(MISSING);
    }

    @Test
    void whatIsMissingFailsTestsThatAreRequired() {
        assertThatThrownBy(() -> Requirements.failIfRequired(MISSING, "required"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("-De2e=required", "testcontainers/ryuk:1");
    }

    @Test
    void aDockerThatCanBeUsedIsAllThatTestcontainersNeeds() {
        assertThat(Requirements.missingInTestcontainers(() -> true)).isEmpty();
        assertThat(Requirements.missingInTestcontainers(() -> false))
                .hasValueSatisfying(reason -> assertThat(reason).contains("no Docker"));
    }
}
