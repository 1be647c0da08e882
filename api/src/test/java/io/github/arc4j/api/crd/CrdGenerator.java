package io.github.arc4j.api.crd;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.github.arc4j.api.v1alpha1.AutoscalingListener;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSet;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the CRD files of the chart. */
final class CrdGenerator {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            AutoscalingRunnerSet.class, AutoscalingListener.class, EphemeralRunnerSet.class, EphemeralRunner.class);

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build();

    private CrdGenerator() {}

    /** The text of each file, by its name. */
    static Map<String, String> generate(String header) throws IOException {
        UpstreamSchema upstream = new UpstreamSchema(CoreSchemas.load());
        Map<String, String> files = new TreeMap<>();
        for (Class<? extends HasMetadata> kind : KINDS) {
            ObjectNode crd = generated(kind);
            List<String> columns = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList();
            upstream.applyTo(crd, columns);
            String plural = crd.at("/spec/names/plural").textValue();
            String group = crd.at("/spec/group").textValue();
            files.put(group + "_" + plural + ".yaml", header + YAML.writeValueAsString(crd));
        }
        return files;
    }

    private static ObjectNode generated(Class<? extends HasMetadata> kind) {
        Collected collected = new Collected();
        new CRDGenerator()
                .customResourceClasses(List.of(kind))
                .forCRDVersions("v1")
                .withPostProcessor(collected)
                .withOutput(new InMemory())
                .generate();
        return new ObjectMapper().valueToTree(collected.crds.getFirst());
    }

    /** Keeps the CRDs as objects; what the generator writes is of no use. */
    private static final class Collected implements CRDPostProcessor {
        private final List<HasMetadata> crds = new ArrayList<>();

        @Override
        public HasMetadata process(HasMetadata crd, String version) {
            crds.add(crd);
            return crd;
        }
    }

    private static final class InMemory extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
        @Override
        protected ByteArrayOutputStream createStreamFor(String name) {
            return new ByteArrayOutputStream();
        }
    }
}
