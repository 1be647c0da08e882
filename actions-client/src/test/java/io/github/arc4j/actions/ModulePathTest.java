package io.github.arc4j.actions;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.SimulatorOptions;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client is used as a named module by a program that knows nothing else of it. */
class ModulePathTest {
    /** What the client says that it needs, and itself. */
    private static final Pattern NEEDED = Pattern.compile(
            ".*(actions-client.target.classes|/(jackson-(core|databind|annotations)|resilience4j-\\w+|slf4j-api)-[^/]*)");

    private static final String PROGRAM = """
            package stranger;

            import io.github.arc4j.actions.*;

            public class Program {
                public static void main(String[] arguments) throws Exception {
                    ConfigUrl url = ConfigUrl.parse(arguments[0]);
                    try (ActionsClient client = ActionsClient.builder(url, () -> new PersonalAccessToken("sim-pat"))
                            .userAgent(new UserAgent("stranger", "1", "2", 0, "test"))
                            .build()) {
                        int group = client.getRunnerGroup("Default").id();
                        int id = client.createScaleSet(
                                        RunnerScaleSet.builder().name("s").runnerGroupId(group).build())
                                .id();
                        try (MessageSession session = client.openSession(id, "me")) {
                            client.generateJitConfig(id, "r", "");
                            session.poll(0, 1);
                        }
                        client.removeRunner(client.findRunner("r").orElseThrow().id());
                        client.deleteScaleSet(id);
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    @Test
    void aStrangersModuleCanUseIt() throws Exception {
        Path program =
                Files.createDirectories(directory.resolve("src/stranger")).resolve("Program.java");
        Files.writeString(program, PROGRAM);
        Path module = Files.writeString(
                directory.resolve("src/module-info.java"), "module stranger { requires io.github.arc4j.actions; }");
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(NEEDED.asMatchPredicate())
                .collect(Collectors.joining(File.pathSeparator));
        Path classes = directory.resolve("classes");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-p", modules, "-d", classes.toString(), program.toString(), module.toString());
        assertThat(compiled).isZero();

        try (GitHubSimulator github = GitHubSimulator.start(
                SimulatorOptions.builder().pollTimeout(Duration.ofMillis(100)).build())) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-p",
                            modules + File.pathSeparator + classes,
                            "-m",
                            "stranger/stranger.Program",
                            github.configUrl("org"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(output).isZero();
            assertThat(github.scaleSets()).isEmpty();
        }
    }
}
