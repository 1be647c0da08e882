package io.github.arc4j.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A set of values, {@code NAME.values.yaml}, on top of the chart's {@code base.yaml}, and the expected output,
 * {@code NAME.yaml}. A key {@code x-case} in the values may set {@code release} and {@code kubeVersion}.
 */
record GoldenCase(Chart chart, String name) {

    private static final String VALUES = ".values.yaml";

    static Stream<GoldenCase> all() {
        return Arrays.stream(Chart.values()).flatMap(GoldenCase::of);
    }

    static Stream<GoldenCase> of(Chart chart) {
        try (Stream<Path> files = Files.list(chart.golden())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(VALUES))
                    .sorted()
                    .map(file -> new GoldenCase(chart, file.substring(0, file.length() - VALUES.length())))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path expected() {
        return chart.golden().resolve(name + ".yaml");
    }

    Rendering render() {
        Path values = chart.golden().resolve(name + VALUES);
        JsonNode settings = Yaml.read(values).path("x-case");
        Release release = new Release(
                settings.path("release").asText(Release.DEFAULT.name()),
                Release.DEFAULT.namespace(),
                settings.path("kubeVersion").asText(Release.DEFAULT.kubeVersion()));
        return chart.render(release, chart.golden().resolve("base.yaml"), values);
    }

    @Override
    public String toString() {
        return chart.folder() + " " + name;
    }
}
