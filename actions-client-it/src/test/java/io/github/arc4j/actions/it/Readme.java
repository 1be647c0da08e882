package io.github.arc4j.actions.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java code in the client's README. */
final class Readme {
    private static final Path FILE = Path.of("../actions-client/README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");

    /** What is not on the class path of this test, but part of the README's code. */
    private static final Source SPRING = new Source("org.springframework.context.SmartLifecycle", """
            package org.springframework.context;

            public interface SmartLifecycle {
                void start();

                void stop();

                boolean isRunning();
            }
            """);

    private Readme() {}

    /** Compiles all blocks, for the oldest Java version that the client supports, to a directory. */
    static Path compile(Path directory) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        List<Source> sources = new ArrayList<>(List.of(SPRING));
        for (String block : blocks()) {
            sources.add(source(block, sources.size()));
        }
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        List.of("--release", "17", "-proc:none", "-d", directory.toString()),
                        null,
                        sources)
                .call();
        assertThat(compiled).as(problems.toString()).isTrue();
        return directory;
    }

    private static List<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(FILE))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    /** A class as it is; statements in a method. */
    private static Source source(String block, int number) {
        Matcher name = CLASS.matcher(block);
        if (name.find()) {
            return new Source(name.group(1), block);
        }
        String wrapped = "Statements" + number;
        return new Source(wrapped, """
                import io.github.arc4j.actions.*;
                import java.nio.file.*;

                class %s {
                    static void run() throws Exception {
                        %s
                    }
                }
                """.formatted(wrapped, block));
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(String name, String code) {
            super(URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
