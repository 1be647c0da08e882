package io.github.arc4j.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Javadoc itself would also check the generated builders, whose comments lack tags such as {@code @return}. */
class JavadocTest {
    @TempDir
    private Path classes;

    @Test
    void everythingPublicHasACompleteComment() throws IOException {
        assertThat(doclint(Path.of("src/main/java"))).isEmpty();
    }

    @Test
    void aMissingCommentIsFound(@TempDir Path sources) throws IOException {
        Files.writeString(sources.resolve("Sample.java"), "/** A sample. */ public interface Sample { int size(); }");

        assertThat(doclint(sources)).contains("no comment");
    }

    private String doclint(Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter output = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, UTF_8)) {
            compiler.getTask(
                            output,
                            files,
                            null,
                            List.of("-Xdoclint:all/protected", "-Xlint:none", "-proc:none", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources(folder)))
                    .call();
        }
        return output.toString();
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
