package io.github.arc4j.controller.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.arc4j.process.advice.Reasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The command line recognizes each reason why GitHub cannot be called. */
class GitHubReasonsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/arc4j/controller/github");
    private static final Pattern FAILURE =
            Pattern.compile("(?:new GitHubAccessException|failure)\\(\\s*(?:(kind) \\+ )?\"(\\w+)\"");

    @Test
    void theCommandLineRecognizesEachReason() throws IOException {
        List<String> reasons = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                FAILURE.matcher(Files.readString(file)).results().forEach(match -> reasons.addAll(reasons(match)));
            }
        }

        assertThat(reasons)
                .contains("AuthenticationFailed", "ConfigMapMissing", "InvalidProxy", "SecretUnreadable")
                .allMatch(Reasons::isAboutGitHub);
    }

    private static List<String> reasons(MatchResult failure) {
        String reason = failure.group(2);
        return failure.group(1) == null ? List.of(reason) : List.of("Secret" + reason, "ConfigMap" + reason);
    }
}
