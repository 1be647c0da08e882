package io.github.arc4j.e2e;

import io.github.arc4j.controller.cluster.TestCluster;
import io.github.arc4j.demo.k3s.K3sNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.BeforeSuite;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/**
 * The reconcilers' own tests, on a real API server with its garbage collector, and with exactly the charts' roles: finalizers, owner
 * references, conflicts and permissions are what they are taken for. Tests that need faults are skipped.
 */
@Suite
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
    private static @Nullable K3sNode node;

    @BeforeSuite
    static void start() throws Exception {
        Requirements.cluster();
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
