package io.github.arc4j.process.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** There is advice for each documented reason, and its links lead to existing sections. */
class AdviceTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern INDEX_ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");

    /** Types of conditions, and reasons that say that there is no problem. */
    private static final Set<String> WITHOUT_ADVICE = Set.of(
            "AsExpected",
            "CredentialsValid",
            "DemandStale",
            "GitHubReachable",
            "JobCompleted",
            "JobsStart",
            "LeaderElection",
            "ListenerRenewed",
            "ListenerRunning",
            "ListenerShared",
            "NoRunnersYet",
            "PodNotReady",
            "PodStarting",
            "Ready",
            "RunnerOnline",
            "RunnerVersionAccepted",
            "RunnersHealthy",
            "ScaleSetMoved",
            "ScaleSetRegistered",
            "VersionSupported");

    @Test
    void everyReasonInTheIndexHasAdvice() throws IOException {
        String page = Files.readString(DOCS.resolve("troubleshooting.md"));

        assertThat(INDEX_ROW.matcher(page).results().map((MatchResult row) -> row.group(1)))
                .isNotEmpty()
                .filteredOn(reason -> !WITHOUT_ADVICE.contains(reason))
                .filteredOn(reason -> Advice.of(reason).action().isEmpty())
                .isEmpty();
    }

    @Test
    void everyLinkHasATarget() throws IOException {
        Properties all = new Properties();
        all.load(Advice.class.getResourceAsStream("advice.properties"));
        Set<String> broken = new TreeSet<>();
        for (String reason : all.stringPropertyNames()) {
            List<String> link =
                    List.of(all.getProperty(reason).split("\\|", 2)[0].strip().split("#", 2));
            Path page = DOCS.resolve(link.getFirst());
            if (!Files.exists(page) || (link.size() > 1 && !anchors(page).contains(link.getLast()))) {
                broken.add(reason + ": " + link);
            }
        }

        assertThat(broken).isEmpty();
    }

    private static Set<String> anchors(Path page) throws IOException {
        return Pattern.compile("(?m)^#+ (.+)$")
                .matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
