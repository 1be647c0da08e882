package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.actions.ActionsClient;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client as a library: its installed jar and POM, and a Maven project that has nothing else of this repository. */
class ConsumerIT {
    private static final Path PROJECT = Path.of("src/test/consumer");

    @TempDir
    private Path directory;

    @Test
    void aProjectOutsideOfThisRepositoryBuildsAndRuns() throws Exception {
        Path maven = Path.of(System.getProperty("maven.home", "no-maven"), "bin", "mvn");
        assumeThat(maven)
                .as("without Maven the consumer's build can't be tried")
                .isExecutable();
        Path project = copy(PROJECT, directory.resolve("project"));
        Path settings = settings();
        try (GitHubSimulator github = GitHubSimulator.start(
                SimulatorOptions.builder().pollTimeout(Duration.ofMillis(100)).build())) {
            List<String> command = new ArrayList<>(List.of(
                    maven.toString(),
                    "--batch-mode",
                    "--settings=" + settings,
                    "--global-settings=" + settings,
                    "-Dmaven.repo.local=" + repositoryWithTheClient(),
                    "-Dgithub=" + github.configUrl("org"),
                    "test"));
            for (String version : System.getProperty("consumer.versions").split(" ")) {
                command.add("-D" + version);
            }
            ProcessBuilder build =
                    new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
            build.environment().put("JAVA_HOME", System.getProperty("java.home"));
            build.environment().remove("MAVEN_ARGS");
            Process process = build.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(output).isZero();
            assertThat(github.scaleSets()).extracting(ScaleSetView::name).containsExactly("strangers");
            assertThat(github.violations()).isEmpty();
        }
    }

    @Test
    void thePomNeedsNoParentAndNamesThreeLibraries() throws Exception {
        String pom = Files.readString(pomOfTheClient());

        assertThat(pom).doesNotContain("<parent>", "${", "<scope>test</scope>", "<dependencyManagement>");
        // annotations that are there for compilers only come with scope provided, so that nobody inherits them
        String inherited = pom.replaceAll("(?s)<groupId>org.jspecify</groupId>.*?<scope>provided</scope>", "");
        assertThat(inherited.lines().map(String::strip).filter(line -> line.startsWith("<groupId>")))
                .containsOnly(
                        "<groupId>io.github.arc4j</groupId>",
                        "<groupId>com.fasterxml.jackson.core</groupId>",
                        "<groupId>io.github.resilience4j</groupId>",
                        "<groupId>org.slf4j</groupId>");
    }

    /** A local repository as installing the client would leave it, and no other module. */
    private Path repositoryWithTheClient() throws Exception {
        Path jar = jarOf(ActionsClient.class);
        String name = jar.getFileName().toString().replace(".jar", "");
        String version = name.substring("arc4j-actions-client-".length());
        Path repository = directory.resolve("repository");
        Path folder = Files.createDirectories(
                repository.resolve("io/github/arc4j/arc4j-actions-client").resolve(version));
        Files.copy(jar, folder.resolve(name + ".jar"));
        Files.copy(pomOfTheClient(), folder.resolve(name + ".pom"));
        return repository;
    }

    /** Beside the jar in a local repository; above it in a build of all modules. */
    private static Path pomOfTheClient() throws Exception {
        Path jar = jarOf(ActionsClient.class);
        Path installed = jar.resolveSibling(jar.getFileName().toString().replace(".jar", ".pom"));
        return Files.exists(installed)
                ? installed
                : jar.resolve("../../.flattened-pom.xml").normalize();
    }

    /** Everything else comes from the local repository of this build, so that no network is needed. */
    private Path settings() throws Exception {
        // com/fasterxml/jackson/core/jackson-databind/<version>/<jar>
        Path repository = jarOf(JsonNode.class).resolve("../../../../../../..").normalize();
        return Files.writeString(directory.resolve("settings.xml"), """
                <settings>
                  <mirrors>
                    <mirror>
                      <id>local</id>
                      <mirrorOf>*</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """.formatted(repository.toUri()));
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }
}
