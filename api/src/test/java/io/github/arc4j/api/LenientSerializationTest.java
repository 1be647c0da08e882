package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import org.junit.jupiter.api.Test;

class LenientSerializationTest {
    @Test
    void aValueOfThePodThatDoesNotFitIsKeptAndWritten() {
        KubernetesSerialization serialization = LenientSerialization.create();

        EphemeralRunner runner = serialization.unmarshal("""
                {"apiVersion":"actions.github.com/v1alpha1","kind":"EphemeralRunner","spec":{"githubConfigUrl":"https://github.com/org",
                 "spec":{"containers":[{"name":"runner","ports":[{"containerPort":99999999999}]}]}}}
                """, EphemeralRunner.class);

        assertThat(runner.getSpec().githubConfigUrl()).isEqualTo("https://github.com/org");
        assertThat(serialization.asJson(runner)).contains("99999999999");
    }
}
