package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The links, reasons and metrics in the documentation exist, and all reasons and metrics are documented. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = ROOT.resolve("docs");

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s:]*?)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern METRIC = Pattern.compile("`((?:gha|leader_election|rest_client)_[a-z_]+)`");

    private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");

    /** A line that begins a list or a table. Markdown renderers other than GitHub's require a blank line before it. */
    private static final Pattern LIST_OR_TABLE = Pattern.compile(" *(?:- |[0-9]+\\. |\\|).*");

    /** A CamelCase word with at least two parts. */
    private static final Pattern CAMEL_CASE = Pattern.compile("[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+");

    /** A CamelCase word on its own in code style. */
    private static final Pattern REASON = Pattern.compile("`(" + CAMEL_CASE + ")`");

    /**
     * CamelCase strings that the controller's sources contain but do not report: states of pods and containers, kinds,
     * settings.
     */
    private static final Set<String> READ_FROM_KUBERNETES = Set.of(
            "AlreadyExists",
            "ConfigMap",
            "ContainerCreating",
            "ContainerStatusUnknown",
            "ContainersReady",
            "CreateContainerConfigError",
            "CustomResourceDefinition",
            "DeadlineExceeded",
            "DisruptionTarget",
            "ErrImageNeverPull",
            "ErrImagePull",
            "FallbackToLogsOnError",
            "ImagePullBackOff",
            "InvalidImageName",
            "NodeAffinity",
            "NodeShutdown",
            "OutOf",
            "PodInitializing",
            "PodReadyToStartContainers",
            "PodScheduled",
            "RuntimeDefault",
            "ServiceAccount",
            "UnexpectedAdmissionError");

    /** A row of the index of reasons. */
    private static final Pattern INDEX_ROW = Pattern.compile("(?m)^\\| `(" + CAMEL_CASE + ")` \\| (\\[.+) \\|$");

    /** Reasons in the health check for Argo CD. */
    private static final Pattern WAITING = Pattern.compile("(" + CAMEL_CASE + ") = true");

    private static final Pattern STRING = Pattern.compile("(?<!@SuppressWarnings\\()\"([\\w%]+)\"");

    /** CamelCase words of Kubernetes in the documentation. */
    private static final Set<String> KUBERNETES_WORDS = Set.of("RuntimeDefault");

    @Test
    void everyLinkHasATarget() throws IOException {
        Set<String> broken = new TreeSet<>();
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page)).results().forEach(link -> {
                Path target = target(page, link);
                boolean there = Files.exists(target)
                        && (link.group(2) == null || anchors(target).contains(link.group(2)));
                if (!there) {
                    broken.add(ROOT.relativize(page) + ": " + link.group());
                }
            });
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void everyDocumentedReasonExists() {
        Set<String> strings = strings("controller", "operator-runtime", "api");

        assertThat(words(REASON, "troubleshooting.md", "reference.md", "scaling.md"))
                .isNotEmpty()
                .filteredOn(reason -> !KUBERNETES_WORDS.contains(reason))
                .filteredOn(reason -> !strings.contains(reason) && !isKind(reason) && !isComposed(reason, strings))
                .isEmpty();
    }

    @Test
    void everyReasonOfTheControllerIsDocumented() {
        Set<String> explained = words(REASON, "troubleshooting.md", "reference.md");

        assertThat(ofController())
                .filteredOn(word -> CAMEL_CASE.matcher(word).matches())
                .filteredOn(word -> !READ_FROM_KUBERNETES.contains(word) && !isKind(word))
                .isNotEmpty()
                .isSubsetOf(explained);
    }

    @Test
    void theIndexLeadsFromEachReasonToItsExplanation() {
        Path page = DOCS.resolve("troubleshooting.md");
        Map<String, String> index = INDEX_ROW
                .matcher(read(page))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        assertThat(ofController())
                .filteredOn(word -> CAMEL_CASE.matcher(word).matches())
                .filteredOn(word -> !READ_FROM_KUBERNETES.contains(word) && !isKind(word))
                .isSubsetOf(index.keySet());
        index.forEach((reason, links) -> LINK.matcher(links)
                .results()
                .forEach(link ->
                        assertThat(section(target(page, link), link.group(2))).contains("`" + reason + "`")));
    }

    @Test
    void theHealthCheckForArgoCdUsesReasonsThatExist() {
        assertThat(words(WAITING, "gitops.md")).isNotEmpty().isSubsetOf(ofController());
    }

    @Test
    void everyDocumentedMetricExists() {
        assertThat(words(METRIC, "monitoring.md", "troubleshooting.md", "scaling.md"))
                .isNotEmpty()
                .isSubsetOf(servedMetrics());
    }

    @Test
    void everyMetricIsDocumented() {
        assertThat(servedMetrics())
                .filteredOn(name -> name.startsWith("gha_") && !name.contains("%"))
                .isNotEmpty()
                .isSubsetOf(words(METRIC, "monitoring.md"));
    }

    @Test
    void everyAlertIsDocumented() {
        Path alerts = ROOT.resolve("charts/gha-runner-scale-set-controller/rules/alerts.yaml");

        assertThat(ALERT.matcher(read(alerts)).results().map(alert -> alert.group(1)))
                .isNotEmpty()
                .isSubsetOf(words(REASON, "monitoring.md"));
    }

    @Test
    void everyPageIsInTheNavigationOfTheSite() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".md")))
                    .isNotEmpty()
                    .allMatch(read(ROOT.resolve("mkdocs.yml"))::contains);
        }
    }

    @Test
    void listsAndTablesFollowABlankLine() throws IOException {
        Set<String> glued = new TreeSet<>();
        for (Path page : pages().stream().filter(file -> file.startsWith(DOCS)).toList()) {
            List<String> lines = Files.readString(page)
                    .replaceAll("(?ms)^ *```.*?^ *```$", "")
                    .lines()
                    .toList();
            for (int i = 1; i < lines.size(); i++) {
                String before = lines.get(i - 1);
                boolean begins = LIST_OR_TABLE.matcher(lines.get(i)).matches()
                        && !LIST_OR_TABLE.matcher(before).matches();
                if (begins && !before.isBlank() && !before.matches("(?:#|<!--| {2,3}\\S).*")) {
                    glued.add(ROOT.relativize(page) + ": " + lines.get(i));
                }
            }
        }

        assertThat(glued).isEmpty();
    }

    private static Set<String> servedMetrics() {
        return strings("controller", "operator-runtime", "listener").stream()
                .flatMap(name ->
                        Stream.of("pending", "running", "failed", "outdated").map(state -> name.replace("%s", state)))
                .collect(Collectors.toSet());
    }

    /** The text below a heading, up to the next heading. */
    private static String section(Path page, String anchor) {
        return Stream.of(read(page).split("(?m)^#+ "))
                .filter(section ->
                        anchor(section.lines().findFirst().orElse("")).equals(anchor))
                .findFirst()
                .orElse("");
    }

    /** Such as SecretMissing. */
    private static boolean isComposed(String reason, Set<String> strings) {
        return Stream.of("Missing", "Unreadable")
                .filter(reason::endsWith)
                .anyMatch(end ->
                        strings.contains(end) && strings.contains(reason.substring(0, reason.length() - end.length())));
    }

    private static boolean isKind(String word) {
        return Files.exists(ROOT.resolve("api/src/main/java/io/github/arc4j/api/v1alpha1/" + word + ".java"));
    }

    private static Set<String> words(Pattern pattern, String... pages) {
        return Stream.of(pages)
                .map(page -> read(DOCS.resolve(page)))
                .flatMap(text -> pattern.matcher(text).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The reasons and types of conditions that the controller writes, and other words. */
    private static Set<String> ofController() {
        Set<String> words = new TreeSet<>(strings("controller", "operator-runtime"));
        words.addAll(stringsIn(ROOT.resolve("api/src/main/java/io/github/arc4j/api/ConditionTypes.java")));
        return words;
    }

    /** Quoted single words in the sources of modules. */
    private static Set<String> strings(String... modules) {
        return Stream.of(modules)
                .flatMap(module -> stringsIn(ROOT.resolve(module, "src/main/java")).stream())
                .collect(Collectors.toSet());
    }

    /** Quoted single words in a source file, or in all of a folder. */
    private static Set<String> stringsIn(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> STRING.matcher(read(file)).results().map(found -> found.group(1)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path target(Path page, MatchResult link) {
        return link.group(1).isEmpty()
                ? page
                : page.resolveSibling(link.group(1)).normalize();
    }

    /** Anchors as GitHub derives them from headings. */
    private static Set<String> anchors(Path page) {
        return HEADING.matcher(read(page))
                .results()
                .map((MatchResult heading) -> anchor(heading.group(1)))
                .collect(Collectors.toSet());
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 3)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target"))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
