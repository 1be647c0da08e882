package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation names only files and directories that exist. */
class DocumentedPathsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A path in code style, perhaps with arguments. */
    private static final Pattern PATH = Pattern.compile("`([\\w.-]+(?:/[\\w.<>-]+)+)/?(?: [^`]*)?`");

    /** What a build creates is not in the sources. */
    private static final String BUILD_FOLDER = "target";

    private final Set<String> files = new HashSet<>();

    @Test
    void everyPathLeadsToAFile() throws IOException {
        findFiles();
        List<String> paths = new ArrayList<>();
        Set<String> wrong = new TreeSet<>();
        for (Path page : pages()) {
            PATH.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1))
                    .filter(this::isOurs)
                    .forEach(path -> {
                        paths.add(path);
                        if (!exists(path)) {
                            wrong.add(ROOT.relativize(page) + ": " + path);
                        }
                    });
        }

        assertThat(paths).contains("hack/demo").anyMatch(path -> path.contains("/.../"));
        assertThat(wrong).isEmpty();
    }

    @Test
    void anEllipsisStandsForDirectories() throws IOException {
        findFiles();

        assertThat(List.of("e2e/.../e2e/DocumentedPathsTest", "e2e/.../e2e/<Kind>PathsTest", "e2e/.../arc4j/e2e"))
                .allMatch(this::exists);
        assertThat(List.of("e2e/.../DocumentedPaths", "e2e/.../k3s/DocumentedPathsTest", "api/.../DocumentedPathsTest"))
                .noneMatch(this::exists);
    }

    /** Whether the path begins in this repository, in contrast to the name of an image or of a label, for example. */
    private boolean isOurs(String path) {
        List<String> names = List.of(path.split("/"));
        return !names.contains(BUILD_FOLDER) && (path.contains("/.../") || files.contains(names.get(0)));
    }

    /** Three dots stand for any directories, a word in angle brackets for a part of a name; `.java` may be left out. */
    private boolean exists(String path) {
        if (files.contains(path)) {
            return true;
        }
        Pattern file = Pattern.compile(Stream.of(path.split("/"))
                .map(name -> name.equals("...") ? "(?:[^/]+/)*" : quoteExceptWords(name) + "/")
                .collect(Collectors.joining())
                .replaceFirst("/$", "(?:\\\\.java)?"));
        return files.stream().anyMatch(name -> file.matcher(name).matches());
    }

    private static String quoteExceptWords(String name) {
        return Stream.of(name.split("<\\w+>", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]+"));
    }

    private void findFiles() throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (folder.endsWith(BUILD_FOLDER) || folder.endsWith(".git")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                files.add(ROOT.relativize(folder).toString());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(ROOT.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(ROOT.resolve("CONTRIBUTING.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .toList();
        }
    }
}
