package io.github.arc4j.demo.k3s;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A single-node Kubernetes cluster in one container, whose API server writes an audit log. */
public final class K3sNode implements AutoCloseable {
    static final String IMAGE = Setting.of("e2e.k3s.image", "rancher/k3s:v1.34.2-k3s1");
    private static final String AUDIT_POLICY = "/etc/arc4j/audit-policy.yaml";
    private static final String AUDIT_LOG = "/var/log/arc4j-audit.log";

    /** A busy machine can take many times as long as an idle one. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);

    private final K3sContainer container;

    private K3sNode(K3sContainer container) {
        this.container = container;
    }

    /**
     * Starts the node; takes about 10 s.
     *
     * @param audited namespace whose service accounts' requests are logged
     */
    static K3sNode start(String audited) {
        K3sContainer container = container("audit-policy-file=" + AUDIT_POLICY, "audit-log-path=" + AUDIT_LOG);
        container
                .withCopyToContainer(Transferable.of(policy(audited)), AUDIT_POLICY)
                .start();
        return new K3sNode(container);
    }

    /**
     * Starts a node that leaves pods as clients create them: each pod is assigned to a scheduler that does not exist.
     */
    public static K3sNode startWithoutScheduling() {
        K3sContainer container = container(
                "feature-gates=MutatingAdmissionPolicy=true",
                "runtime-config=admissionregistration.k8s.io/v1beta1=true");
        container.start();
        K3sNode node = new K3sNode(container);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(node.clientConfig()).build()) {
            client.load(Objects.requireNonNull(K3sNode.class.getResourceAsStream("no-scheduling.yaml")))
                    .create();
        }
        return node;
    }

    private static K3sContainer container(String... apiServerArguments) {
        K3sContainer container =
                new K3sContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("rancher/k3s"));
        List<String> command = new ArrayList<>(
                List.of("server", "--disable=traefik", "--disable=metrics-server", "--tls-san=" + container.getHost()));
        for (String argument : apiServerArguments) {
            command.add("--kube-apiserver-arg=" + argument);
        }
        return container
                // Collecting garbage less often saves a fifth of the API server's CPU time.
                .withEnv("GOGC", "400")
                .withStartupTimeout(START_TIMEOUT)
                .withCommand(command.toArray(String[]::new));
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

    /** A kubeconfig with all permissions. */
    public String kubeConfig() {
        return container.getKubeConfigYaml();
    }

    Config clientConfig() {
        return Config.fromKubeconfig(kubeConfig());
    }

    AuditLog audit() throws IOException, InterruptedException {
        return AuditLog.parse(run("cat", AUDIT_LOG));
    }

    /** The output of the container. */
    String log() {
        return container.getLogs();
    }

    /** Imports an image into the node, from an archive written by {@code docker save}. */
    void importImage(Path archive) throws IOException, InterruptedException {
        String copy = "/tmp/" + archive.getFileName();
        container.copyFileToContainer(MountableFile.forHostPath(archive), copy);
        run("ctr", "images", "import", copy);
        run("rm", copy);
    }

    /** Imports an image from the Docker engine into the node; the engine pulls it if necessary. */
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

    /** Pulls an image from a registry without TLS into the node, and gives it another name. */
    void pullImage(String reference, String name) throws IOException, InterruptedException {
        run("ctr", "images", "pull", "--plain-http", reference);
        run("ctr", "images", "tag", reference, name);
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
