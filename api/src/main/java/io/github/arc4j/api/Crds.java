package io.github.arc4j.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The CustomResourceDefinitions that the controller's chart installs, read from {@code /crds} in this module's jar. */
public final class Crds {
    private Crds() {}

    /** {@return the definitions of all four kinds} */
    public static List<Crd> load() {
        return Stream.of("autoscalingrunnersets", "autoscalinglisteners", "ephemeralrunnersets", "ephemeralrunners")
                .map(plural -> new Crd(ApiGroup.NAME + "_" + plural + ".yaml"))
                .toList();
    }

    /**
     * One definition.
     *
     * @param fileName name of the YAML file in the chart
     */
    public record Crd(String fileName) {
        /**
         * Opens the YAML file.
         *
         * @return its content in UTF-8, to be closed by the caller
         */
        public InputStream open() {
            return Objects.requireNonNull(Crds.class.getResourceAsStream("/crds/" + fileName), fileName);
        }

        /**
         * Reads the YAML file.
         *
         * @return the definition as JSON
         */
        public JsonNode json() {
            try (InputStream yaml = open()) {
                return new YAMLMapper().readTree(yaml);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
