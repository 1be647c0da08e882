package io.github.arc4j.e2e;

import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.demo.k3s.K3sNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.BeforeSuite;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * Runs the reconcilers' tests on a real API server with its garbage collector and exactly the roles of the charts, to
 * verify assumptions about finalizers, owner references, conflicts and permissions. Tests that need faults are skipped.
 */
@Suite
@ConfigurationParameter(key = "junit.jupiter.extensions.autodetection.enabled", value = "true")
@SelectClasses(
        value = ControllerAccess.class,
        names = {
            "io.github.arc4j.controller.ScaleSetLifeTest",
            "io.github.arc4j.controller.autoscalinglistener.AutoscalingListenerReconcilerTest",
            "io.github.arc4j.controller.autoscalinglistener.ListenerPermissionsTest",
            "io.github.arc4j.controller.autoscalinglistener.ListenerSecretsTest",
            "io.github.arc4j.controller.autoscalingrunnerset.DerivedListenerTest",
            "io.github.arc4j.controller.autoscalingrunnerset.DerivedRunnerSetTest",
            "io.github.arc4j.controller.autoscalingrunnerset.ScaleSetRemovalTest",
            "io.github.arc4j.controller.autoscalingrunnerset.TakeoverTest",
            "io.github.arc4j.controller.autoscalingrunnerset.UpdateStrategyTest",
            "io.github.arc4j.controller.ephemeralrunner.RunnerRemovalTest",
            "io.github.arc4j.controller.ephemeralrunner.RunnerStartTest",
            "io.github.arc4j.controller.ephemeralrunnerset.RunnerSetDeletionTest",
            "io.github.arc4j.controller.ephemeralrunnerset.RunnerSetScaleDownTest",
            "io.github.arc4j.controller.ephemeralrunnerset.RunnerSetUpdateTest"
        })
class ApiServerIT {
    private static Optional<String> missing = Optional.empty();
    private static @Nullable K3sNode node;

    /**
     * Skips the classes of the suite if no cluster is available: a failed assumption in the suite itself would fail it.
     */
    public static final class ClusterCondition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return missing.map(ConditionEvaluationResult::disabled)
                    .orElseGet(() -> ConditionEvaluationResult.enabled("there is a cluster"));
        }
    }

    @BeforeSuite
    static void start() throws Exception {
        missing = Requirements.missingForCluster();
        if (missing.isPresent()) {
            return;
        }
        node = K3sNode.startWithoutScheduling();
        Path kubeConfig = Files.writeString(Path.of("target", "api-server.kubeconfig"), node.kubeConfig());
        System.setProperty(TestCluster.KUBECONFIG, kubeConfig.toString());
    }

    @AfterSuite
    static void stop() {
        System.clearProperty(TestCluster.KUBECONFIG);
        if (node != null) {
            node.close();
        }
    }
}
