package io.github.arc4j.e2e.helm;

import io.github.arc4j.demo.stage.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A helm that is started as a process. */
record HelmBinary(String program, Path kubeConfig) implements HelmProgram {
    private static final Pattern SUPPORTED = Pattern.compile("v[34]\\..*");

    /**
     * Those that {@code e2e.helm} names, separated by commas, which must be there; else the one on the path, if there
     * is one. Each must be a Helm 3 or 4.
     */
    static List<HelmProgram> installed(Path kubeConfig) throws IOException, InterruptedException {
        String named = Setting.of("e2e.helm", "");
        List<HelmProgram> programs = new ArrayList<>();
        for (String name : named.isEmpty() ? List.of("helm") : List.of(named.split(","))) {
            HelmBinary program = new HelmBinary(name.strip(), kubeConfig);
            if (!named.isEmpty() || program.isThere()) {
                program.checkVersion();
                programs.add(program);
            }
        }
        return programs;
    }

    private boolean isThere() throws InterruptedException {
        try {
            return !version().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private void checkVersion() throws IOException, InterruptedException {
        String version = version();
        if (!SUPPORTED.matcher(version).matches()) {
            throw new IOException(program + " is " + version + ", neither a Helm 3 nor a Helm 4");
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
        return Command.run(kubeConfig, command.toArray(String[]::new));
    }

    @Override
    public String toString() {
        return program;
    }
}
