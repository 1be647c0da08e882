package io.github.arc4j.listener.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowRefTest {
    @ParameterizedTest
    @CsvSource({
        "owner/repo/.github/workflows/ci-cd.yml@refs/heads/feature/new-feature, ci-cd, heads/feature/new-feature",
        "owner/repo/.github/workflows/deploy.yaml@refs/heads/develop, deploy, heads/develop",
        "owner/repo/.github/workflows/release.yml@refs/tags/v1.0.0, release, tags/v1.0.0",
        "owner/repo/.github/workflows/test.yml@refs/pull/123/merge, test, pull/123",
        "owner/repo/.github/workflows/build.test.yml@refs/heads/main, build.test, heads/main",
        "ci.yml@refs/pull/123, ci, ''",
        "ci.yml@main, ci, ''",
        "ci.yml@a@b, '', ''",
        "'', '', ''",
        "owner/repo/.github/workflows/ci.yml, '', ''",
    })
    void isTakenApartAsTheGoListenerDoes(String ref, String name, String target) {
        assertThat(WorkflowRef.parse(ref)).isEqualTo(new WorkflowRef(name, target));
    }
}
