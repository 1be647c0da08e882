package io.github.arc4j.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.github.arc4j.api.ListenerPodMetadata;
import io.github.arc4j.api.RestrictedListenerTemplate;
import io.github.arc4j.api.v1alpha1.AutoscalingRunnerSetSpec;
import io.github.arc4j.api.v1alpha1.ResourceMeta;
import io.github.arc4j.cli.snapshot.ScaleSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Before a takeover: fields of {@code listenerTemplate} that the default of {@code flags.listenerTemplate} rejects. */
final class ListenerTemplateCheck {
    private static final BigDecimal MEMORY = Quantity.getAmountInBytes(new Quantity("128Mi"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private ListenerTemplateCheck() {}

    static Stream<Finding> find(ScaleSet set) {
        AutoscalingRunnerSetSpec spec = set.object().getSpec();
        PodTemplateSpec template = spec.listenerTemplate();
        return Stream.of(
                        template == null ? Stream.<Finding>empty() : template(set, template),
                        annotations(set, "listenerServiceAccountMetadata", spec.listenerServiceAccountMetadata()),
                        annotations(set, "listenerConfigSecretMetadata", spec.listenerConfigSecretMetadata()))
                .flatMap(findings -> findings);
    }

    private static Stream<Finding> annotations(ScaleSet set, String field, ResourceMeta metadata) {
        return rejected(set, field, ListenerPodMetadata.DEFAULT.refused("annotations", metadata.annotations()));
    }

    private static Stream<Finding> rejected(ScaleSet set, String field, Stream<String> paths) {
        String rejected = paths.collect(Collectors.joining(", "));
        return rejected.isEmpty()
                ? Stream.empty()
                : Stream.of(Finding.problem(
                        Finding.name(set),
                        "ListenerTemplateRefused",
                        "%s has fields that are rejected by default: %s".formatted(field, rejected)));
    }

    private static Stream<Finding> template(ScaleSet set, PodTemplateSpec template) {
        JsonNode pod = JSON.valueToTree(template).path("spec");
        Stream<String> rejected = Stream.concat(
                ListenerPodMetadata.DEFAULT.refusedOfTemplate("metadata", template.getMetadata()),
                RestrictedListenerTemplate.refused(pod, "spec", set.namespace()));
        List<Finding> findings =
                new ArrayList<>(rejected(set, "listenerTemplate", rejected).toList());
        containers(pod).filter(ListenerTemplateCheck::isListener).forEach(container -> {
            if (container.path("image").asText().contains("gha-runner-scale-set-controller")) {
                findings.add(Finding.problem(
                        Finding.name(set),
                        "ListenerImage",
                        "listenerTemplate names the image of the Go system: "
                                + container.path("image").asText()));
            }
            String memory = container.at("/resources/limits/memory").asText();
            if (!memory.isEmpty() && isBelow(memory)) {
                findings.add(Finding.warning(
                        Finding.name(set),
                        "MemoryLimitTooLow",
                        "the memory limit in listenerTemplate is %s, but a listener needs 128Mi".formatted(memory)));
            }
        });
        return findings.stream();
    }

    /** The API server accepts more quantities than the library reads, such as 1e1.5; they are not examined. */
    private static boolean isBelow(String memory) {
        try {
            return Quantity.getAmountInBytes(new Quantity(memory)).compareTo(MEMORY) < 0;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    private static boolean isListener(JsonNode container) {
        return container.path("name").asText().equals(RestrictedListenerTemplate.CONTAINER);
    }

    private static Stream<JsonNode> containers(JsonNode pod) {
        return StreamSupport.stream(pod.path("containers").spliterator(), false);
    }
}
