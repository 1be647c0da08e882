package io.github.arc4j.demo.k3s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The requests of the controller and its listeners, as the API server has logged them. */
public record AuditLog(List<Entry> entries) {
    private static final int FORBIDDEN = 403;

    /**
     * A request.
     *
     * @param process {@code controller} or {@code listener}
     * @param call verb and URI
     */
    public record Entry(String process, String call, int status) {}

    static AuditLog parse(String lines) {
        ObjectMapper json = new ObjectMapper();
        return new AuditLog(lines.lines().map(line -> entry(json, line)).toList());
    }

    private static Entry entry(ObjectMapper json, String line) {
        try {
            JsonNode event = json.readTree(line);
            String user = event.path("user").path("username").asText();
            return new Entry(
                    user.endsWith("-listener") ? "listener" : "controller",
                    event.path("verb").asText() + " " + event.path("requestURI").asText(),
                    event.path("responseStatus").path("code").asInt());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no audit event: " + line, e);
        }
    }

    /** Number of requests by process. */
    Map<String, Long> counts() {
        return entries.stream().collect(Collectors.groupingBy(Entry::process, Collectors.counting()));
    }

    /** Requests that were refused for lack of permission. */
    public List<Entry> forbidden() {
        return entries.stream().filter(entry -> entry.status() == FORBIDDEN).toList();
    }
}
