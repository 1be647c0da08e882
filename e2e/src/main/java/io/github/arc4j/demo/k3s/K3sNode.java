package io.github.arc4j.demo.k3s;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.fabric8.kubernetes.client.Config;
import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A Kubernetes of one node in one container, whose API server keeps an audit log. */
final class K3sNode implements AutoCloseable {
    private static final String IMAGE = Setting.of("e2e.k3s.image", "rancher/k3s:v1.34.2-k3s1");
    private static final String AUDIT_POLICY = "/etc/arc4j/audit-policy.yaml";
    private static final String AUDIT_LOG = "/var/log/arc4j-audit.log";

    private final K3sContainer container;

    private K3sNode(K3sContainer container) {
        this.container = container;
    }

    /**
     * Starts it; takes about 10 s.
     *
     * @param audited namespace whose service accounts' requests are logged
     */
    static K3sNode start(String audited) {
        K3sContainer container =
                new K3sContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("rancher/k3s"));
        container
                .withCopyToContainer(Transferable.of(policy(audited)), AUDIT_POLICY)
                .withCommand(
                        "server",
                        "--disable=traefik",
                        "--disable=metrics-server",
                        "--tls-san=" + container.getHost(),
                        "--kube-apiserver-arg=audit-policy-file=" + AUDIT_POLICY,
                        "--kube-apiserver-arg=audit-log-path=" + AUDIT_LOG)
                .start();
        return new K3sNode(container);
    }

    private static String policy(String audited) {
        return """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived, ResponseStarted, Panic]
                rules:
                - level: Metadata
                  userGroups: ["system:serviceaccounts:%s"]
                - level: None
                """.formatted(audited);
    }

    String kubeConfig() {
        return container.getKubeConfigYaml();
    }

    Config clientConfig() {
        return Config.fromKubeconfig(kubeConfig());
    }

    AuditLog audit() throws IOException, InterruptedException {
        return AuditLog.parse(run("cat", AUDIT_LOG));
    }

    /** What the container has printed. */
    String log() {
        return container.getLogs();
    }

    /** Gives the node an image from an archive as {@code docker save} writes it. */
    void importImage(Path archive) throws IOException, InterruptedException {
        String copy = "/tmp/" + archive.getFileName();
        container.copyFileToContainer(MountableFile.forHostPath(archive), copy);
        run("ctr", "images", "import", copy);
        run("rm", copy);
    }

    /** Gives the node an image of the Docker engine, which pulls it if it does not have it. */
    void importImage(String name) throws IOException, InterruptedException {
        DockerClient docker = DockerClientFactory.instance().client();
        try {
            docker.inspectImageCmd(name).exec();
        } catch (NotFoundException e) {
            docker.pullImageCmd(name).start().awaitCompletion();
        }
        Path archive = Files.createTempFile("image", ".tar");
        try (InputStream saved = docker.saveImageCmd(name).exec()) {
            Files.copy(saved, archive, StandardCopyOption.REPLACE_EXISTING);
            importImage(archive);
        } finally {
            Files.delete(archive);
        }
    }

    private String run(String... command) throws IOException, InterruptedException {
        ExecResult result = container.execInContainer(command);
        if (result.getExitCode() != 0) {
            throw new IOException(String.join(" ", command) + ": " + result.getStderr());
        }
        return result.getStdout();
    }

    @Override
    public void close() {
        container.stop();
    }
}
