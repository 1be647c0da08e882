package io.github.arc4j.e2e.helm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs programs that use a cluster. */
final class Command {
    private Command() {}

    /** @return what the program prints */
    static String run(Path kubeConfig, String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("command", ".err");
        try {
            Process process =
                    builder(kubeConfig, command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + Files.readString(errors) + output);
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    static ProcessBuilder builder(Path kubeConfig, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        return builder;
    }
}
