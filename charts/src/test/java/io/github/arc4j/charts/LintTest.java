package io.github.arc4j.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LintTest {

    @ParameterizedTest
    @EnumSource
    void passesStrictLint(Chart chart) {
        LintResult result = new Helm(chart.path()).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void hasTheVersionOfTheProject(Chart chart) {
        JsonNode description = Yaml.read(chart.path().resolve("Chart.yaml"));
        String version = System.getProperty("project.version").replace("-SNAPSHOT", "");

        assertThat(description.path("version").asText()).isEqualTo(version);
        assertThat(description.path("appVersion").asText()).isEqualTo(version);
    }

    @ParameterizedTest
    @EnumSource
    void rendersTheValuesForCi(Chart chart) {
        Rendering rendered = chart.render(Release.DEFAULT, chart.path().resolve("ci/ci-values.yaml"));

        assertThat(rendered.objects()).isNotEmpty();
    }

    /** Only a library chart, which users would have to download as well, could contain them once. */
    @Test
    void theChartsHaveTheSameHelpersForTexts() throws IOException {
        assertThat(helpersForTexts(Chart.CONTROLLER)).startsWith(helpersForTexts(Chart.RUNNER_SET));
    }

    private static String helpersForTexts(Chart chart) throws IOException {
        return Files.readString(chart.path().resolve("templates/_texts.tpl")).replace(chart.folder() + ".", "");
    }
}
