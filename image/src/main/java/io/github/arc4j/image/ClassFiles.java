package io.github.arc4j.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Class files by the JVM's name ({@code java/lang/String}), as a process on a linked runtime and a class path sees
 * them.
 */
final class ClassFiles implements Closeable {

    private static final String EXTENSION = ".class";

    private final FileSystem runtime;
    private final List<JarFile> jars = new ArrayList<>();

    /**
     * @param runtime directory of a linked runtime
     * @param classPath jars, searched in order
     */
    ClassFiles(Path runtime, List<Path> classPath) throws IOException {
        this.runtime = FileSystems.newFileSystem(URI.create("jrt:/"), Map.of("java.home", runtime.toString()));
        for (Path jar : classPath) {
            jars.add(new JarFile(jar.toFile()));
        }
    }

    /** The bytes of a class; empty if there is no such class. */
    Optional<byte[]> find(String name) throws IOException {
        Optional<byte[]> inRuntime = findInRuntime(name);
        return inRuntime.isPresent() ? inRuntime : findInJars(name);
    }

    /** All classes of a module of the runtime. */
    List<String> inModule(String module) throws IOException {
        Path directory = runtime.getPath("modules", module);
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString())
                    .filter(ClassFiles::isClass)
                    .map(ClassFiles::className)
                    .toList();
        }
    }

    /** All classes of a jar. */
    static List<String> inJar(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(JarEntry::getName)
                    .filter(ClassFiles::isClass)
                    .map(ClassFiles::className)
                    .toList();
        }
    }

    private static boolean isClass(String file) {
        return file.endsWith(EXTENSION) && !file.endsWith("-info" + EXTENSION) && !file.startsWith("META-INF/");
    }

    private static String className(String file) {
        return file.substring(0, file.length() - EXTENSION.length());
    }

    private Optional<byte[]> findInRuntime(String name) throws IOException {
        Path modules = runtime.getPath(
                "packages",
                name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.'));
        if (Files.isDirectory(modules)) {
            try (DirectoryStream<Path> names = Files.newDirectoryStream(modules)) {
                for (Path module : names) {
                    Path file = runtime.getPath("modules", module.getFileName().toString(), name + EXTENSION);
                    if (Files.exists(file)) {
                        return Optional.of(Files.readAllBytes(file));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<byte[]> findInJars(String name) throws IOException {
        for (JarFile jar : jars) {
            var entry = jar.getEntry(name + EXTENSION);
            if (entry != null) {
                try (InputStream in = jar.getInputStream(entry)) {
                    return Optional.of(in.readAllBytes());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        for (JarFile jar : jars) {
            jar.close();
        }
        runtime.close();
    }
}
