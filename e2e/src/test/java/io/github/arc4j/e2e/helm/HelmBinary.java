package io.github.arc4j.e2e.helm;

import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A helm that is started as a process. */
record HelmBinary(String program, Path kubeConfig) implements HelmProgram {
    /** Those that {@code e2e.helm} names, separated by commas; else the one on the path. One that is not there is left out. */
    static List<HelmProgram> installed(Path kubeConfig) {
        return Stream.of(Setting.of("e2e.helm", "helm").split(","))
                .map(program -> new HelmBinary(program.strip(), kubeConfig))
                .filter(HelmBinary::isThere)
                .map(HelmProgram.class::cast)
                .toList();
    }

    private boolean isThere() {
        try {
            return version().startsWith("v");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return run("version", "--template", "{{.Version}}");
    }

    @Override
    public void lint(Path chart) throws IOException, InterruptedException {
        run("lint", "--strict", chart.toString());
    }

    @Override
    public String template(Path chart, Path values) throws IOException, InterruptedException {
        return run("template", "release", chart.toString(), "--values", values.toString());
    }

    @Override
    public void install(Path chart, HelmRelease release, Path values) throws IOException, InterruptedException {
        onRelease(release, "install", release.name(), chart.toString(), "--values", values.toString());
    }

    @Override
    public void upgrade(Path chart, HelmRelease release, Path values) throws IOException, InterruptedException {
        onRelease(
                release, "upgrade", release.name(), chart.toString(), "--values", values.toString(), "--reset-values");
    }

    @Override
    public boolean rollsBack() {
        return true;
    }

    @Override
    public void rollback(HelmRelease release) throws IOException, InterruptedException {
        onRelease(release, "rollback", release.name());
    }

    @Override
    public void uninstall(HelmRelease release) throws IOException, InterruptedException {
        onRelease(release, "uninstall", release.name());
    }

    private void onRelease(HelmRelease release, String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--namespace");
        arguments.add(release.namespace());
        run(arguments.toArray(String[]::new));
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        Path errors = Files.createTempFile("helm", ".err");
        try {
            Process process = builder.redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + Files.readString(errors) + output);
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    @Override
    public String toString() {
        return program;
    }
}
