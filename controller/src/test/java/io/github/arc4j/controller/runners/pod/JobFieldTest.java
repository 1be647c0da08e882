package io.github.arc4j.controller.runners.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFieldTest {
    private static final List<String> ALL = List.of("repository", "workflow", "runId", "jobId", "jobName");

    @ParameterizedTest
    @CsvSource({
        "org/repo, org_repo",
        "org/repo/.github/workflows/ci.yml@refs/heads/main, org_repo_.github_workflows_ci.yml_refs_heads_main",
        "build (ubuntu), build__ubuntu",
        "' --build_ ', build",
        "日本語, ''",
        "a😀b, a_b",
        "'<script>', script"
    })
    void textsBecomeLabelValues(String text, String label) {
        assertThat(JobField.labelValue(text)).isEqualTo(label);
    }

    @Property
    void everyTextBecomesAValidLabelValue(@ForAll String text) {
        assertThat(JobField.labelValue(text)).matches("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
    }

    @Test
    void longTextsAreTruncated() {
        assertThat(JobField.labelValue("a".repeat(62) + "/" + "b".repeat(1000))).isEqualTo("a".repeat(62));
        String name = "\n" + "x".repeat(100_000);
        assertThat(JobField.annotations(
                                ALL,
                                EphemeralRunnerStatus.builder()
                                        .jobDisplayName(name)
                                        .build())
                        .get("actions.github.com/job-name"))
                .startsWith("\\nxxx")
                .hasSize(1024);
    }

    @Test
    void onlyNamedFieldsWithValuesAreReported() {
        EphemeralRunnerStatus status = EphemeralRunnerStatus.builder()
                .jobRepositoryName("org/repo")
                .jobWorkflowRef("org/repo/ci.yml@main")
                .workflowRunId(17)
                .jobId("4711")
                .jobDisplayName("build it")
                .build();
        assertThat(JobField.annotations(ALL, status))
                .isEqualTo(Map.of(
                        "actions.github.com/job-repository", "org/repo",
                        "actions.github.com/job-workflow", "org/repo/ci.yml@main",
                        "actions.github.com/job-run-id", "17",
                        "actions.github.com/job-id", "4711",
                        "actions.github.com/job-name", "build it"));
        assertThat(JobField.labels(List.of("repository", "actor"), status))
                .isEqualTo(Map.of("actions.github.com/job-repository", "org_repo"));
        assertThat(JobField.annotations(ALL, EphemeralRunnerStatus.EMPTY)).isEmpty();
        assertThat(JobField.annotations(List.of(), status)).isEmpty();
    }
}
