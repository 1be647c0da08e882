package io.github.arc4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin of kubectl, with a kubectl that prints its arguments. */
@DisabledOnOs(OS.WINDOWS)
class KubectlArcTest {
    private static final Path PLUGIN =
            Path.of("..", "hack", "kubectl-arc").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private String deployments = "arc-systems arc-gha-rs-controller arc/1\n";
    private String bindings = "arc-systems/arc discovery\narc-systems/arc arc\n";
    private String role = "[apps][deployments][list]\n[actions.github.com][autoscalingrunnersets][list patch watch]\n";

    private record Result(int exitCode, String output) {}

    @BeforeEach
    void writeKubectl() throws IOException {
        executable("kubectl", """
            #!/bin/sh
            case "$*" in
            *'get deployments'*) cat deployments ;;
            *'get clusterrolebindings'*) cat bindings ;;
            *'get clusterrole arc'*) cat role ;;
            *'get clusterrole discovery'*) echo '[apps][deployments][list]' ;;
            *'get ephemeralrunners'*) if [ -f namespaces ]; then cat namespaces; else printf 'arc-runners'; fi ;;
            *logs*) printf 'kubectl %s\\033[31mred\\n' "$*"; if [ -f log ]; then cat log; fi ;;
            *) echo "kubectl $*" ;;
            esac
            """);
    }

    @Test
    void runsArcInTheControllersPod() throws Exception {
        assertThat(run("why", "my-runners", "-o", "json"))
                .isEqualTo(new Result(
                        0,
                        "kubectl exec -n arc-systems deployment/arc-gha-rs-controller -c manager -- /arc why"
                                + " my-runners -o json\n"));
    }

    @Test
    void passesTheContextToKubectl() throws Exception {
        assertThat(run("--context", "test", "status", "--kubeconfig=f").output())
                .startsWith("kubectl --context test --kubeconfig=f exec ")
                .endsWith("-- /arc status\n");
    }

    @Test
    void saysWhatToDoIfTheControllerIsDown() throws Exception {
        deployments = "arc-systems arc-gha-rs-controller arc/\n";

        Result result = run("status");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("The controller is down", "kubectl describe pods -n arc-systems", "ARC");
    }

    @Test
    void saysThatThereIsNoController() throws Exception {
        deployments = "";

        assertThat(run("status").output()).startsWith("There is no controller");
    }

    @Test
    void asksWhichControllerIsMeant() throws Exception {
        deployments = "a arc-gha-rs-controller arc/1\nb arc-gha-rs-controller arc/1\n";
        bindings = "a/arc arc\nb/arc arc\n";

        Result result = run("status");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("--controller-namespace", "a arc-gha", "b arc-gha");
    }

    /** A tenant who may create Deployments can set the labels of the controller's. */
    @Test
    void runsNothingInADeploymentThatOnlyHasTheLabels() throws Exception {
        deployments += "team-evil arc-gha-rs-controller arc/1\n";

        assertThat(run("status").output()).startsWith("kubectl exec -n arc-systems ");

        deployments = "team-evil arc-gha-rs-controller /1\n";
        Result result = run("status");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output())
                .contains("--controller-namespace", "team-evil")
                .doesNotContain("exec");
        assertThat(run("status", "--controller-namespace=team-evil").output()).contains("exec -n team-evil");
    }

    @ParameterizedTest
    @CsvSource({
        "[*][*][*], true",
        "[apps actions.github.com][autoscalinglisteners autoscalingrunnersets][patch], true",
        "[actions.github.com][autoscalingrunnersets/status][patch], false",
        "[actions.github.com][autoscalingrunnersets][get list], false",
        "[apps][deployments][patch], false",
        "<no value><no value>[get], false"
    })
    void theControllersServiceAccountMayPatchAllScaleSets(String rule, boolean isController) throws Exception {
        role = rule + "\n";

        assertThat(run("status").exitCode()).isEqualTo(isController ? 0 : 2);
    }

    @Test
    void asksForTheControllerOfOneNamespace() throws Exception {
        deployments = "a arc-gha-rs-controller arc/1\nb arc-gha-rs-controller arc/1\n";
        bindings = "";

        assertThat(run("status").output()).contains("--controller-namespace", "a arc-gha", "b arc-gha");
    }

    @Test
    void runsAnotherArc() throws Exception {
        executable("local-arc", "#!/bin/sh\necho \"local $*\"\n");

        assertThat(run(List.of("ARC=" + directory.resolve("local-arc")), "status", "--context", "test")
                        .output())
                .isEqualTo("local status --context test\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | There is no runner", "a b | several namespaces, a b: add -n NAMESPACE"})
    void readsNoLogsOfARunnerThatIsNotUnique(String namespaces, String error) throws Exception {
        Files.writeString(directory.resolve("namespaces"), namespaces);
        Result result = run("logs", "my-runners-runner-abcde");
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains(error).doesNotContain("kubectl logs");
        assertThat(run("logs", "-n", "b", "my-runners-runner-abcde").output()).startsWith("kubectl logs -n b");
    }

    @Test
    void readsLogsWithThePermissionsOfTheUser() throws Exception {
        assertThat(run("logs", "my-runners-runner-abcde", "--tail", "5").output())
                .isEqualTo("kubectl logs -n arc-runners my-runners-runner-abcde -c runner --tail 5[31mred\n");
    }

    /** Also bytes that are not UTF-8, and characters that only the removal of others would form. */
    @ParameterizedTest
    @CsvSource({
        "c29b, ?",
        "c2c29b9b, ???",
        "c2079b, ?",
        "e2c29b80ae, ???",
        "e2808e, ?",
        "e280ae, ?",
        "e280a8, ?",
        "e281a7, ?",
        "d89c, ?",
        "9b, ?",
        "41809f420a9b43, 41?420a?43",
        "c3a49b9be282ac, c3a4?e282ac",
        "c09b, ?",
        "e0829b, ?",
        "f080829b, ?",
        "f5829b, ?",
        "e282, ?",
        "e2079b419b, ?41?",
        "c39b, c39b",
        "c3a4, c3a4",
        "e0a082, e0a082",
        "e282ac, e282ac",
        "f09f9b9bf48fbfbf, f09f9b9bf48fbfbf"
    })
    void replacesCharactersThatControlTheTerminalInLogs(String bytes, String shown) throws Exception {
        Files.write(directory.resolve("log"), HexFormat.of().parseHex(bytes));

        byte[] output = start(List.of(), "logs", "my-runners-runner-abcde")
                .getInputStream()
                .readAllBytes();

        int firstLine = new String(output, ISO_8859_1).indexOf('\n') + 1;
        assertThat(HexFormat.of().formatHex(output, firstLine, output.length)).isEqualTo(shown.replace("?", "3f"));
    }

    private void executable(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(String... arguments) throws Exception {
        return run(List.of(), arguments);
    }

    private Result run(List<String> environment, String... arguments) throws Exception {
        Process process = start(environment, arguments);
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }

    private Process start(List<String> environment, String... arguments) throws IOException {
        Files.writeString(directory.resolve("deployments"), deployments);
        Files.writeString(directory.resolve("bindings"), bindings);
        Files.writeString(directory.resolve("role"), role);
        List<String> command = new ArrayList<>(List.of("env", "PATH=" + directory + ":" + System.getenv("PATH")));
        command.addAll(environment);
        command.addAll(List.of("bash", PLUGIN.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
