package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.simulator.GitHubSimulator;
import io.github.arc4j.simulator.ScaleSetView;
import io.github.arc4j.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The client as a library: installed on its own from its sources, as any user would, and used by a Maven project that
 * contains nothing else of this repository, on the oldest Java version that the client supports if that version is
 * installed.
 */
class ConsumerIT {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path PROJECT = Path.of("src/test/consumer");
    private static final String VERSION = System.getProperty("client.version", "");

    /** A Maven that runs for seconds takes half the CPU time without C2. */
    private static final String SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    @TempDir
    private static Path directory;

    private static Path artifacts;

    @BeforeAll
    static void install() throws Exception {
        assumeThat(maven()).as("the consumer's build requires Maven").isExecutable();
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Files.createDirectories(sources.resolve("actions-client"));
        copy(REPOSITORY.resolve("actions-client/src"), sources.resolve("actions-client/src"));
        Files.copy(REPOSITORY.resolve("LICENSE"), sources.resolve("LICENSE"));
        try (Stream<Path> poms = Files.find(REPOSITORY, 2, (path, any) -> path.endsWith("pom.xml"))) {
            for (Path pom : poms.toList()) {
                Path target = sources.resolve(REPOSITORY.relativize(pom));
                Files.createDirectories(target.resolveSibling(".").normalize());
                Files.copy(pom, target);
            }
        }
        writeSettings();

        build(
                sources,
                Path.of(System.getProperty("java.home")),
                "--projects=actions-client",
                "-Dmaven.test.skip",
                "-Dspotless.check.skip",
                "-Danalysis.skip",
                "-Prelease",
                "-Dgpg.skip",
                "install");

        artifacts = localRepository()
                .resolve("io/github/arc4j/arc4j-actions-client")
                .resolve(VERSION);
    }

    @Test
    void buildsAndRunsAProjectOutsideThisRepository() throws Exception {
        Path project = copy(PROJECT, directory.resolve("project"));
        try (GitHubSimulator github = GitHubSimulator.start(
                SimulatorOptions.builder().pollTimeout(Duration.ofMillis(100)).build())) {
            List<String> arguments = new ArrayList<>(List.of("-Dgithub=" + github.configUrl("org"), "test"));
            for (String version : System.getProperty("consumer.versions").split(" ")) {
                arguments.add("-D" + version);
            }
            build(project, oldestJava(), arguments.toArray(String[]::new));

            assertThat(github.scaleSets()).extracting(ScaleSetView::name).containsExactly("strangers");
            assertThat(github.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        ".jar,         META-INF/LICENSE",
        "-sources.jar, META-INF/LICENSE",
        ".jar,         io/github/arc4j/actions/ActionsClient.class",
        "-sources.jar, io/github/arc4j/actions/ActionsClient.java",
        "-javadoc.jar, io.github.arc4j.actions/io/github/arc4j/actions/ActionsClient.html"
    })
    void installsCompleteJars(String kind, String entry) throws Exception {
        try (JarFile jar = new JarFile(artifact(kind).toFile())) {
            assertThat(jar.getEntry(entry)).isNotNull();
        }
    }

    @Test
    void installsAPomWithoutParentAndWithThreeLibraries() throws Exception {
        String pom = Files.readString(artifact(".pom"));

        assertThat(pom).doesNotContain("<parent>", "${", "<scope>test</scope>", "<dependencyManagement>");
        // annotations for compilers have the scope provided, so consumers do not inherit them
        String inherited = pom.replaceAll("(?s)<groupId>org.jspecify</groupId>.*?<scope>provided</scope>", "");
        assertThat(inherited.lines().map(String::strip).filter(line -> line.startsWith("<groupId>")))
                .containsOnly(
                        "<groupId>io.github.arc4j</groupId>",
                        "<groupId>com.fasterxml.jackson.core</groupId>",
                        "<groupId>io.github.resilience4j</groupId>",
                        "<groupId>org.slf4j</groupId>");
    }

    /** What Maven Central requires. */
    @Test
    void installsAPomThatDescribesTheProject() throws Exception {
        String pom = Files.readString(artifact(".pom"));

        assertThat(pom)
                .contains(
                        "<name>",
                        "<description>",
                        "<url>https://github.com/arc4j/arc4j</url>",
                        "<license>",
                        "<developer>",
                        "<connection>scm:git:https://github.com/arc4j/arc4j.git</connection>");
    }

    private static Path artifact(String kind) {
        return artifacts.resolve("arc4j-actions-client-" + VERSION + kind);
    }

    /** Runs Maven with a local repository that is initially empty. */
    private static void build(Path project, Path java, String... arguments) throws Exception {
        Path settings = directory.resolve("settings.xml");
        List<String> command = new ArrayList<>(List.of(
                maven().toString(),
                "--batch-mode",
                "--no-transfer-progress",
                "--settings=" + settings,
                "--global-settings=" + settings,
                "-Dmaven.repo.local=" + localRepository()));
        command.addAll(List.of(arguments));
        ProcessBuilder build =
                new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        build.environment().put("JAVA_HOME", java.toString());
        build.environment().remove("MAVEN_ARGS");
        build.environment().merge("MAVEN_OPTS", SHORT_RUN, (given, ours) -> given + " " + ours);
        Process process = build.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
    }

    private static Path localRepository() {
        return directory.resolve("repository");
    }

    private static Path maven() {
        return Path.of(System.getProperty("maven.home", "no-maven"), "bin", "mvn");
    }

    /** A JDK 17 next to the JDK that runs this test, otherwise the latter. */
    private static Path oldestJava() throws IOException {
        Path current = Path.of(System.getProperty("java.home"));
        try (Stream<Path> others = Files.list(current.resolveSibling(".").normalize())) {
            return others.filter(java -> java.getFileName().toString().matches(".*\\b17\\b.*"))
                    .filter(java -> Files.isExecutable(java.resolve("bin/javac")))
                    .findFirst()
                    .orElse(current);
        }
    }

    /**
     * Artifacts in the local repository of this build are taken from there, so little or no network access is needed.
     */
    private static void writeSettings() throws Exception {
        // com/fasterxml/jackson/core/jackson-databind/<version>/<jar>
        Path repository = Path.of(JsonNode.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("../../../../../../..")
                .normalize();
        Files.writeString(directory.resolve("settings.xml"), """
                <settings>
                  <profiles>
                    <profile>
                      <id>outer</id>
                      <repositories>
                        <repository>
                          <id>outer</id>
                          <url>%1$s</url>
                        </repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository>
                          <id>outer</id>
                          <url>%1$s</url>
                        </pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles>
                    <activeProfile>outer</activeProfile>
                  </activeProfiles>
                </settings>
                """.formatted(repository.toUri()));
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
