package io.github.arc4j.e2e.helm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * The commands of a page of the documentation: what its blocks of {@code sh} say, in order.
 *
 * @param page the Markdown file
 * @param folder in which they run
 * @param environment in addition to that of this process
 * @param names what the page names, and what is there instead, the first that fits first
 */
record DocumentedCommands(
        Path page, Path folder, Map<String, String> environment, List<Map.Entry<String, String>> names) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh\\n(.*?)^ *```$");

    /** Skips the test that asks where one of the programs cannot be started. */
    static void assumeThereAre(String... programs) throws IOException, InterruptedException {
        for (String program : programs) {
            int missing = new ProcessBuilder("sh", "-c", "command -v " + program)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            Assumptions.assumeTrue(missing == 0, "there is no " + program + " on the path");
        }
    }

    /** Runs all commands of the section; the first one that fails ends it. */
    void run(String heading) throws IOException, InterruptedException {
        List<String> blocks = BLOCK.matcher(section(heading))
                .results()
                .map(block -> block.group(1))
                .toList();
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException(page + " has no commands in section " + heading);
        }
        for (String block : blocks) {
            runBlock(block);
        }
    }

    private String section(String heading) throws IOException {
        for (String section : Files.readString(page).split("(?m)^## ")) {
            if (section.startsWith(heading + "\n")) {
                return section;
            }
        }
        throw new IllegalArgumentException(page + " has no section " + heading);
    }

    private void runBlock(String block) throws IOException, InterruptedException {
        String commands = block;
        for (Map.Entry<String, String> name : names) {
            commands = commands.replace(name.getKey(), name.getValue());
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-euxo", "pipefail", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process shell = builder.start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (shell.waitFor() != 0) {
            throw new IOException("this of " + page.getFileName() + " fails:\n" + commands + output);
        }
    }
}
