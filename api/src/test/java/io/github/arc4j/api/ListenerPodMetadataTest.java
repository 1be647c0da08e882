package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerPodMetadataTest {
    private static final ListenerPodMetadata OF_OPERATOR = new ListenerPodMetadata(
            List.of("example.com/", "traffic.sidecar.istio.io/excludeOutboundPorts", "aadpodidbinding"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "team",
                "logging-class_2",
                "actions.github.com/x",
                "app.kubernetes.io/name",
                "argocd.argoproj.io/sync-options",
                "cluster-autoscaler.kubernetes.io/safe-to-evict",
                "helm.sh/chart",
                "karpenter.sh/do-not-disrupt",
                "kubectl.kubernetes.io/default-container",
                "prometheus.io/scrape",
            })
    void harmlessKeysAreAccepted(String key) {
        assertThat(ListenerPodMetadata.DEFAULT.accepts(key, "true")).isTrue();
        assertThat(OF_OPERATOR.accepts(key, "true")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aadpodidbinding",
                "admission.datadoghq.com/java-lib.version",
                "apparmor.security.beta.kubernetes.io/x",
                "azure.workload.identity/use",
                "container.apparmor.security.beta.kubernetes.io/listener",
                "cpu-load-balancing.crio.io",
                "evil.prometheus.io/scrape",
                "iam.amazonaws.com/role",
                "instrumentation.opentelemetry.io/inject-java",
                "io.katacontainers.config.hypervisor.path",
                "k8s.v1.cni.cncf.io/networks",
                "kubernetes.io/egress-bandwidth",
                "linkerd.io/inject",
                "prometheus.io",
                "prometheus.io.example.com/scrape",
                "seccomp.security.alpha.kubernetes.io/pod",
                "sidecar.istio.io/inject",
                "sidecar.istio.io/proxyImage",
                "sidecar.istio.io/userVolume",
                "vault.hashicorp.com/agent-inject",
                "/team",
                "",
            })
    void allOthersAreRejected(String key) {
        assertThat(ListenerPodMetadata.DEFAULT.accepts(key, "true")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar.istio.io/inject, false, true",
        "sidecar.istio.io/inject, disabled, false",
        "sidecar.istio.io/inject, False, false",
        "linkerd.io/inject, disabled, true",
        "linkerd.io/inject, enabled, false",
        "linkerd.io/inject, false, false",
        "sidecar.istio.io/proxyImage, false, false",
    })
    void aPodMayDeclineASidecar(String key, String value, boolean accepted) {
        assertThat(ListenerPodMetadata.DEFAULT.accepts(key, value)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com/team, true",
        "example.com/, true",
        "a.example.com/team, false",
        "example.com, false",
        "example.comx/team, false",
        "traffic.sidecar.istio.io/excludeOutboundPorts, true",
        "traffic.sidecar.istio.io/excludeOutboundPortsX, false",
        "traffic.sidecar.istio.io/includeOutboundPorts, false",
        "aadpodidbinding, true",
    })
    void theOperatorAllowsFurtherKeysAndDomains(String key, boolean accepted) {
        assertThat(OF_OPERATOR.accepts(key, "1")).isEqualTo(accepted);
    }

    @Test
    void rejectedEntriesAreNamedWithTheirPath() {
        Map<String, String> labels = Map.of("a", "", "example.com/a", "", "iam.amazonaws.com/role", "r");
        assertThat(OF_OPERATOR.refused("metadata.labels", labels))
                .containsExactly("metadata.labels[iam.amazonaws.com/role]");
        assertThat(OF_OPERATOR.refused("metadata.labels", null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "*", "*.example.com/", "Example.com/", "example.com/a/b", "a b", "-a", ".example.com/"})
    void invalidEntriesAreRejected(String entry) {
        assertThatThrownBy(() -> new ListenerPodMetadata(List.of("team", entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + entry + "\" is neither a key nor a domain that ends with /");
    }

    @Test
    void exactKeysMayLackADomain() {
        assertThat(Stream.of("io.kubernetes.cri-o.userns-mode", "a")
                        .filter(key -> new ListenerPodMetadata(List.of("io.kubernetes.cri-o.userns-mode"))
                                .accepts(key, "auto")))
                .containsExactly("io.kubernetes.cri-o.userns-mode", "a");
    }
}
