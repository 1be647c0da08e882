package io.github.arc4j.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process of the image, started from the class path: with its main class and JVM options, but without a start-up
 * archive.
 */
final class ImageProcess {
    private static final Path IMAGE = Path.of("..", "image");
    private static final Pattern CIPHER_SUITES = Pattern.compile("<image.cipher-suites>(.*)</image.cipher-suites>");

    private ImageProcess() {}

    /**
     * Starts a process.
     *
     * @param launcher name of the launcher
     * @param environment the complete environment
     * @param output file to which the output is appended
     */
    static Process start(String launcher, Map<String, String> environment, Path output, String... arguments)
            throws IOException {
        List<String> lines = Files.readAllLines(IMAGE.resolve(Path.of("src", "main", "launchers", launcher + ".cfg")));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        values(lines, "java-options=")
                .filter(option -> !option.startsWith("-XX:AOTCache="))
                .map(option -> option.replace("${image.cipher-suites}", cipherSuites()))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(values(lines, "app.mainclass=").findFirst().orElseThrow());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Stream<String> values(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith(key)).map(line -> line.substring(key.length()));
    }

    private static String cipherSuites() {
        try {
            Matcher matcher = CIPHER_SUITES.matcher(Files.readString(IMAGE.resolve("pom.xml")));
            if (!matcher.find()) {
                throw new IllegalStateException("the image's POM does not define cipher suites");
            }
            return matcher.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
