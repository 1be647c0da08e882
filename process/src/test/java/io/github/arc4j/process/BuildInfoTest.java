package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildInfoTest {
    @Test
    void versionAndCommitAreFilledInByTheBuild() {
        assertThat(BuildInfo.current().version()).matches("\\d+\\.\\d+.*");
        assertThat(BuildInfo.current().commit()).isNotBlank().doesNotContain("$");
    }
}
