package io.github.arc4j.demo.stage;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.github.arc4j.api.RunnerEnvironment;

/** The pod of a simulated runner, which only makes one call to the simulator that lasts as long as its job. */
public final class RunnerTemplate {
    /** Environment variable with the base URL of the simulator. */
    public static final String SIMULATOR_URL = "SIMULATOR_URL";

    /** Path of the runner call, whose body is the encoded JIT config. */
    public static final String RUNNER_CALL = "/sim/runner";

    /** The last line of the response contains the exit code. */
    private static final String SCRIPT =
            "code=$(wget -qO - --post-data \"$%s\" \"$%s%s\" | sed -n 's/^exit=\\([0-9]*\\).*/\\1/p'); exit ${code:-1}"
                    .formatted(RunnerEnvironment.JIT_CONFIG, SIMULATOR_URL, RUNNER_CALL);

    private RunnerTemplate() {}

    /**
     * The template.
     *
     * @param image an image with busybox
     * @param simulatorUrl base URL of the simulator for pods
     */
    public static PodTemplateSpec of(String image, String simulatorUrl) {
        return new PodTemplateSpecBuilder()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("runner")
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withCommand("busybox", "sh", "-c", SCRIPT)
                .addNewEnv()
                .withName(SIMULATOR_URL)
                .withValue(simulatorUrl)
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
    }
}
