package io.github.arc4j.e2e.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.arc4j.controller.MutatedResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the processes have told so far about the texts of others: lines of their logs, Events, conditions and statuses, and
 * series of their metrics.
 */
final class Traces {
    private static final Pattern LINE =
            Pattern.compile("(?:\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z\\t(?:ERROR|WARN|INFO|DEBUG)\\t(\\S+)\\t"
                    + "|time=\\S+ level=(?:ERROR|WARN|INFO|DEBUG) logger=(\\S+) msg=).*");
    /** Of what was thrown, in text format. */
    private static final Pattern STACK_TRACE = Pattern.compile(
            "(?:\\t*(?:Caused by: |Suppressed: ))?(?:\\w+\\.)+\\w+(?:Exception|Error)(?:: .*)?|\\t+at .*|\\t+\\.\\.\\."
                    + " \\d+ more");

    private static final Pattern ESCAPE = Pattern.compile("\\\\[\"\\\\n]");
    /** Without escapes. */
    private static final Pattern SERIES =
            Pattern.compile("# (?:HELP|TYPE) .*|\\w+(?:\\{(?:\\w+=\"[^\"\\\\]*\",?)*})? [-+.\\w]+");

    /** Passes of the controller that failed by a defect. */
    private static final Pattern PANICS = Pattern.compile("controller_runtime_reconcile_panics_total.* [^0].*");

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int LONGEST_SERIES = 16 * 1024;
    private static final int LONGEST_EVENT = 1024;
    private static final int LONGEST_MESSAGE = 4096;

    private final KubernetesClient client;
    private final List<Pod> processes;
    private final List<String> namespaces;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Those of now.
     *
     * @param processes pods that have logs and, at port 8080, metrics
     * @param namespaces of the Events and objects
     */
    Traces(KubernetesClient client, List<Pod> processes, List<String> namespaces) {
        this.client = client;
        this.processes = processes;
        this.namespaces = namespaces;
    }

    /** All are of a bounded length and without characters that cannot be seen; no line is a forged one. */
    void assertHarmless() {
        for (Pod process : processes) {
            String name = process.getMetadata().getName();
            assertThat(log(process))
                    .as("log of %s", name)
                    .isNotEmpty()
                    .filteredOn(line -> !isLogLine(line))
                    .isEmpty();
            assertThat(metrics(process))
                    .as("metrics of %s", name)
                    .isNotEmpty()
                    .filteredOn(line -> !isSeries(line) || PANICS.matcher(line).matches())
                    .isEmpty();
        }
        assertThat(events())
                .filteredOn(event -> !isVisible(event, LONGEST_EVENT))
                .isEmpty();
        assertThat(messages())
                .filteredOn(message -> !isVisible(message, LONGEST_MESSAGE))
                .isEmpty();
    }

    private static boolean isVisible(String text, int longest) {
        return text.length() <= longest && HostileText.isVisible(text);
    }

    private static boolean isSeries(String line) {
        return isVisible(line, LONGEST_SERIES)
                && SERIES.matcher(ESCAPE.matcher(line).replaceAll("")).matches();
    }

    private boolean isLogLine(String line) {
        String logger = logger(line);
        return (STACK_TRACE.matcher(line).matches() || !logger.isEmpty() && !logger.equals(HostileText.MARK))
                // Tabs are between the parts of a line.
                && isVisible(line.replace("\t", ""), LONGEST_LINE);
    }

    /** Empty if it is no line of a log. */
    private String logger(String line) {
        Matcher text = LINE.matcher(line);
        if (text.matches()) {
            return Objects.requireNonNullElse(text.group(1), text.group(2));
        }
        try {
            return json.readTree(line).path("logger").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    /**
     * Where the hostile text is to be seen: {@code log} for each process, {@code metrics}, {@code Events}, {@code
     * messages}.
     */
    List<String> places() {
        List<String> places = new ArrayList<>();
        for (Pod process : processes) {
            addIfMarked(places, "log", log(process));
            addIfMarked(places, "metrics", metrics(process));
        }
        addIfMarked(places, "Events", events());
        addIfMarked(places, "messages", messages());
        return places;
    }

    private static void addIfMarked(List<String> places, String place, List<String> texts) {
        if (texts.stream().anyMatch(text -> text.contains(HostileText.MARK))) {
            places.add(place);
        }
    }

    private List<String> log(Pod process) {
        return List.of(client.pods().resource(process).getLog().split("\n"));
    }

    private List<String> metrics(Pod process) {
        String response = client.raw("/api/v1/namespaces/%s/pods/%s:8080/proxy/metrics"
                .formatted(
                        process.getMetadata().getNamespace(),
                        process.getMetadata().getName()));
        return List.of(Objects.requireNonNull(response).split("\n"));
    }

    private List<String> events() {
        return namespaces.stream()
                .flatMap(namespace -> client.v1().events().inNamespace(namespace).list().getItems().stream())
                .filter(Traces::isOurs)
                .map(Event::getMessage)
                .toList();
    }

    private static boolean isOurs(Event event) {
        return Objects.toString(event.getInvolvedObject().getApiVersion(), "").startsWith("actions.github.com/");
    }

    /** Of conditions and statuses, but for those that a tenant may have written. */
    private List<String> messages() {
        RawApi api = new RawApi(client);
        return namespaces.stream()
                .flatMap(namespace -> MutatedResources.KINDS.stream().map(kind -> api.list(kind, namespace)))
                .flatMap(objects -> StreamSupport.stream(objects.spliterator(), false))
                .filter(object -> !object.at("/metadata/labels").has(MutatedResources.LABEL))
                .flatMap(object -> Stream.of("message", "reason")
                        .flatMap(field -> object.path("status").findValuesAsText(field).stream()))
                .toList();
    }
}
