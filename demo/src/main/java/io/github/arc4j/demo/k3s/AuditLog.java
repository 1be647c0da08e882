package io.github.arc4j.demo.k3s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The requests of the controller and its listeners, as logged by the API server. */
public record AuditLog(List<Entry> entries) {
    private static final int FORBIDDEN = 403;

    /** Name of the service account of a listener, or of a shared listener with its shard number. */
    private static final Pattern LISTENER = Pattern.compile(".*-listener(-\\d+)?");

    /**
     * A request.
     *
     * @param account name of the ServiceAccount
     * @param group API group; empty for the core group
     * @param resource resource, with its subresource after a slash
     * @param namespace namespace; empty for all
     * @param name name; empty for collections
     * @param uri request URI with query
     */
    public record Entry(
            String account,
            String verb,
            String group,
            String resource,
            String namespace,
            String name,
            String uri,
            int status) {
        /** {@code controller} or {@code listener}. */
        public String process() {
            return LISTENER.matcher(account).matches() ? "listener" : "controller";
        }
    }

    static AuditLog parse(String lines) {
        ObjectMapper json = new ObjectMapper();
        return new AuditLog(lines.lines().map(line -> entry(json, line)).toList());
    }

    private static Entry entry(ObjectMapper json, String line) {
        try {
            JsonNode event = json.readTree(line);
            String user = event.path("user").path("username").asText();
            JsonNode object = event.path("objectRef");
            String subresource = object.path("subresource").asText();
            return new Entry(
                    user.substring(user.lastIndexOf(':') + 1),
                    event.path("verb").asText(),
                    object.path("apiGroup").asText(),
                    object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                    object.path("namespace").asText(),
                    object.path("name").asText(),
                    event.path("requestURI").asText(),
                    event.path("responseStatus").path("code").asInt());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an audit event: " + line, e);
        }
    }

    /** Number of requests by process. */
    Map<String, Long> counts() {
        return entries.stream().collect(Collectors.groupingBy(Entry::process, Collectors.counting()));
    }

    /** Requests that were rejected due to missing permissions. */
    public List<Entry> forbidden() {
        return entries.stream().filter(entry -> entry.status() == FORBIDDEN).toList();
    }
}
