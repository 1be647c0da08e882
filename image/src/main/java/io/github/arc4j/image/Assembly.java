package io.github.arc4j.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Completes a directory with the layout of the image's root. Maven has already copied jars and launcher configurations
 * into it; this class adds the runtime, the native launchers and the start-up archives.
 */
public final class Assembly {

    /**
     * The modification time that jib sets. The JVM rejects an archive if the modification time of a jar differs from
     * that at the dump.
     */
    private static final FileTime JAR_TIME = FileTime.from(Instant.ofEpochSecond(1));

    /** Launchers that use another launcher's recorded class list, because their processes do the same. */
    private static final Map<String, String> RECORDED_AS = Map.of("ghasharedlistener", "ghalistener");

    /** Packages on a launcher's class path that its process rarely uses, which are not archived. */
    private static final Map<String, List<String>> EXCLUDED_PACKAGES = Map.of(
            "manager", List.of("io/github/arc4j/controller/console/", "io/github/arc4j/process/advice/"),
            "ghalistener",
                    List.of(
                            "io/github/arc4j/listener/shared/",
                            "io/github/arc4j/process/advice/",
                            "io/github/arc4j/vault/"),
            "ghasharedlistener", List.of("io/github/arc4j/process/advice/"));

    /** What launchers lack on purpose: the image's simulator speaks HTTP/1.1. */
    private static final Map<String, List<String>> OPTIONAL = Map.of("simulator", List.of("org/eclipse/jetty/"));

    private final Path root;
    private final Path work;
    private final Path recordedLists;
    private final Path runtime;

    private Assembly(Path root, Path work, Path recordedLists) {
        this.root = root.toAbsolutePath();
        this.work = work.toAbsolutePath();
        this.recordedLists = recordedLists.toAbsolutePath();
        this.runtime = this.root.resolve("app/runtime");
    }

    /**
     * Arguments: the directory to complete, a directory for intermediate files, the directory of recorded class lists
     * ({@code <launcher>.classes}), and the modules of the runtime, separated by commas.
     */
    public static void main(String[] args) throws Exception {
        new Assembly(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).run(args[3]);
    }

    private void run(String modules) throws Exception {
        List<Launcher> launchers = launchers();
        linkRuntime(modules);
        createExecutables(launchers);
        try (Stream<Path> jars = Files.list(root.resolve("app/lib"))) {
            for (Path jar : jars.toList()) {
                Files.setLastModifiedTime(jar, JAR_TIME);
            }
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> tasks = launchers.stream()
                    .<Callable<Void>>map(launcher -> () -> complete(launcher))
                    .toList();
            for (Future<Void> task : executor.invokeAll(tasks)) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("Could not complete a launcher", e.getCause());
        }
    }

    private List<Launcher> launchers() throws IOException {
        List<Launcher> launchers = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve("usr/lib/app"))) {
            for (Path file : files.sorted().toList()) {
                launchers.add(Launcher.read(file));
            }
        }
        return launchers;
    }

    private void linkRuntime(String modules) throws IOException {
        delete(runtime);
        List<String> arguments = new ArrayList<>(List.of("--add-modules", modules, "--output", runtime.toString()));
        arguments.addAll(List.of("--no-header-files", "--no-man-pages"));
        // Line numbers and variable names in the JDK's classes increase the memory usage of each process.
        arguments.add("--strip-java-debug-attributes");
        tool("jlink", arguments.toArray(String[]::new));
    }

    private Void complete(Launcher launcher) throws IOException, InterruptedException {
        try (ClassFiles files = new ClassFiles(runtime, jars(root, launcher))) {
            Set<String> missing = MissingClasses.of(launcher, files, OPTIONAL.getOrDefault(launcher.name(), List.of()));
            if (!missing.isEmpty()) {
                throw new IOException("The class path of %s in pom.xml lacks required classes: %s"
                        .formatted(launcher.name(), String.join(", ", missing)));
            }
            if (launcher.archive().isPresent()) {
                dumpArchive(root, work, launcher, files, recorded(launcher));
            }
        }
        return null;
    }

    private ClassList recorded(Launcher launcher) throws IOException {
        String recorded = RECORDED_AS.getOrDefault(launcher.name(), launcher.name());
        ClassList list = ClassList.of(Files.readAllLines(recordedLists.resolve(recorded + ".classes")));
        if (!recorded.equals(launcher.name())) {
            // The other process does not use the same of the project's classes.
            list.includeAll();
        }
        return list;
    }

    private static List<Path> jars(Path root, Launcher launcher) {
        return launcher.classPath().stream().map(root::resolve).toList();
    }

    /**
     * Lets jpackage create the executables and copies only those. Its layout and configurations are not used: they
     * would add all jars to the class path of every launcher.
     */
    private void createExecutables(List<Launcher> launchers) throws IOException {
        Path input = Files.createDirectories(work.resolve("jpackage-input"));
        Files.write(input.resolve("none.jar"), new byte[0]);
        Path properties = Files.write(work.resolve("jpackage-launcher.properties"), new byte[0]);
        Path packages = work.resolve("jpackage");
        delete(packages);
        List<String> arguments = new ArrayList<>(List.of("--type", "app-image", "--name", "app"));
        arguments.addAll(List.of("--runtime-image", runtime.toString(), "--dest", packages.toString()));
        arguments.addAll(List.of("--input", input.toString(), "--main-jar", "none.jar", "--main-class", "None"));
        for (Launcher launcher : launchers) {
            arguments.addAll(List.of("--add-launcher", launcher.name() + "=" + properties));
        }
        tool("jpackage", arguments.toArray(String[]::new));
        Path app = packages.resolve("app");
        for (Launcher launcher : launchers) {
            copy(app.resolve("bin").resolve(launcher.name()), root.resolve(launcher.name()));
        }
        copy(app.resolve("lib/libapplauncher.so"), root.resolve("usr/lib/libapplauncher.so"));
    }

    /** Creates a launcher's archive with the recorded classes and the project's own. */
    static void dumpArchive(Path root, Path work, Launcher launcher, ClassFiles files, ClassList recorded)
            throws IOException, InterruptedException {
        ownClasses(root, launcher).forEach(recorded::addWhole);
        Path file = work.resolve(launcher.name() + ".classlist");
        Files.write(file, recorded.forJvm(files));
        StartupArchive.dump(root, root.resolve("app/runtime"), launcher, file);
    }

    /** The project's classes on a launcher's class path, without the packages that its process rarely uses. */
    static List<String> ownClasses(Path root, Launcher launcher) throws IOException {
        List<String> excluded = EXCLUDED_PACKAGES.getOrDefault(launcher.name(), List.of());
        List<String> classes = new ArrayList<>();
        for (Path jar : jars(root, launcher)) {
            if (jar.getFileName().toString().startsWith("arc4j-")) {
                ClassFiles.inJar(jar).stream()
                        .filter(name -> excluded.stream().noneMatch(name::startsWith))
                        .forEach(classes::add);
            }
        }
        return classes;
    }

    private static void tool(String name, String... arguments) throws IOException {
        ToolProvider tool = ToolProvider.findFirst(name).orElseThrow(() -> new IOException("This JDK has no " + name));
        if (tool.run(System.out, System.err, arguments) != 0) {
            throw new IOException(name + " failed");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
