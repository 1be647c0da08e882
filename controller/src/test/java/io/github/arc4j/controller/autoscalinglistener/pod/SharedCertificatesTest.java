package io.github.arc4j.controller.autoscalinglistener.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.arc4j.vault.CertificateDirectory;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mount of a vault's certificate in a listener template. */
class SharedCertificatesTest {
    private static final SharedCertificates TEAM_A =
            new SharedCertificates(Set.of("team-a"), CertificateDirectory.DEFAULT);

    private static final String RECOMMENDED = "containers: [{name: listener, volumeMounts: [{name: akv, mountPath:"
            + " /vault-certificates/team-a, readOnly: true}]}], volumes: [{name: akv, secret: {secretName:"
            + " vault-certificate-team-a}}]";

    private static ObjectNode template(String spec) {
        return new ObjectMapper()
                .valueToTree(Serialization.unmarshal("spec: {%s}".formatted(spec), PodTemplateSpec.class));
    }

    private static boolean needsPod(SharedCertificates certificates, String spec) {
        ObjectNode template = template(spec);
        certificates.removeMount(template, "team-a");
        return !SharedPodTemplate.EMPTY.missing(template, "").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RECOMMENDED,
                "containers: [{name: listener}], volumes: [{name: akv, secret: {secretName: vault-certificate-team-a,"
                        + " optional: true, defaultMode: 256}}]",
                "containers: [], volumes: []"
            })
    void sharedListenersHaveIt(String spec) {
        assertThat(needsPod(TEAM_A, spec)).isFalse();
    }

    @Test
    void withoutTheCertificateItNeedsAPod() {
        assertThat(needsPod(SharedCertificates.NONE, RECOMMENDED)).isTrue();
        assertThat(needsPod(new SharedCertificates(Set.of("team-b"), CertificateDirectory.DEFAULT), RECOMMENDED))
                .isTrue();
        assertThat(needsPod(new SharedCertificates(Set.of("team-a"), CertificateDirectory.parse("/akv")), RECOMMENDED))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secretName: vault-certificate-team-b",
                "secretName: vault-certificate-team-a, items: [{key: a, path: b}]",
                "secretName: vault-certificate-team-a}, configMap: {name: also"
            })
    void anotherVolumeNeedsAPod(String secret) {
        assertThat(needsPod(TEAM_A, RECOMMENDED.replace("secretName: vault-certificate-team-a", secret)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mountPath: /vault-certificates",
                "mountPath: /vault-certificates/team-a/more",
                "mountPath: /vault-certificates/team-a, subPath: client.pem"
            })
    void anotherMountNeedsAPod(String mount) {
        assertThat(needsPod(TEAM_A, RECOMMENDED.replace("mountPath: /vault-certificates/team-a", mount)))
                .isTrue();
    }

    @Test
    void otherVolumesRemain() {
        ObjectNode template = template(RECOMMENDED.replace("volumes: [", "volumes: [{name: other, emptyDir: {}}, "));
        TEAM_A.removeMount(template, "team-a");
        assertThat(template.at("/spec/volumes").findValuesAsText("name")).containsExactly("other");
    }
}
