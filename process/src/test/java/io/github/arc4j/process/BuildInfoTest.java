package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildInfoTest {
    @Test
    void versionAndCommitAreFilledInByTheBuild() {
        assertThat(BuildInfo.current().version()).matches("dev|\\d+\\.\\d+.*");
        assertThat(BuildInfo.current().commit()).isNotBlank().doesNotContain("$");
    }

    @Test
    void aBuildBetweenReleasesIsADevelopmentBuild() {
        assertThat(BuildInfo.released("0.2.0-SNAPSHOT")).isEqualTo("dev");
        assertThat(BuildInfo.released("0.2.0")).isEqualTo("0.2.0");
    }
}
