package io.github.arc4j.controller.autoscalingrunnerset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinalizerForbiddenExceptionTest {
    private static String message(String role) {
        return new FinalizerForbiddenException(
                        new RoleBuilder()
                                .withNewMetadata()
                                .withNamespace("runners")
                                .withName(role)
                                .endMetadata()
                                .build(),
                        new KubernetesClientException("forbidden"))
                .getMessage();
    }

    @Test
    void theMessageContainsTheCommandThatRemovesTheFinalizer() {
        assertThat(message("my.manager-role"))
                .isEqualTo("the controller has no permission to remove the finalizer of Role runners/my.manager-role."
                        + " To complete the deletion, remove it: kubectl patch -n runners role my.manager-role"
                        + " --type merge -p '{\"metadata\":{\"finalizers\":null}}'");
    }

    /** Users choose these names, and an operator would run the command. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "manager-role;reboot",
                "$(reboot)",
                "manager-role --as system:admin",
                "manager-role\nreboot",
                "manager-role\n",
                "--all",
                "x. To complete the deletion, run: reboot"
            })
    void aNameWithOtherCharactersIsNotPartOfACommand(String role) {
        assertThat(message(role))
                .isEqualTo("the controller has no permission to remove the finalizer of a Role whose name is not a DNS"
                        + " name, in namespace runners. To complete the deletion, remove it by hand");
    }
}
