package io.github.arc4j.actions.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.arc4j.actions.it.RecordingGateway.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code github-rest.json}, GitHub's description of its REST API, and the check of exchanges against it. */
final class RestDescription {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API_VERSION = "X-GitHub-Api-Version";
    /** Path prefix of GitHub Enterprise Server, which the simulator uses. */
    private static final String PREFIX = "/api/v3";

    private final JsonNode document;
    private final Map<Pattern, Operation> operations = new LinkedHashMap<>();

    /** An HTTP method of a path. */
    record Operation(String path, String method, JsonNode node) {}

    RestDescription() {
        try (InputStream in = RestDescription.class.getResourceAsStream("/github-rest.json")) {
            document = JSON.readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.put(
                                pattern(path.getKey()),
                                new Operation(
                                        path.getKey(), method.getKey().toUpperCase(Locale.ROOT), method.getValue()))));
    }

    /** Each parameter becomes a capturing group. */
    private static Pattern pattern(String path) {
        return Pattern.compile(PREFIX + path.replaceAll("\\{(\\w+)}", "([^/]+)"));
    }

    List<Operation> operations() {
        return List.copyOf(operations.values());
    }

    Optional<Operation> operation(Exchange exchange) {
        return operations.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(exchange.path()).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The example of an operation's response. */
    String example(String path) {
        return response(document.path("paths").path(path).path("post"), 201)
                .path("example")
                .toString();
    }

    /** The deviations of an exchange from the description. */
    List<String> problems(Exchange exchange) {
        Operation operation = operation(exchange).orElse(null);
        if (operation == null) {
            return List.of("no operation with the path " + exchange.path());
        }
        List<String> problems = new ArrayList<>();
        if (!operation.method().equals(exchange.method())) {
            problems.add("unexpected method " + exchange.method());
        }
        problems.addAll(parameterProblems(operation, exchange.path()));
        problems.addAll(headerProblems(exchange));
        problems.addAll(requestBodyProblems(operation, exchange));
        problems.addAll(responseProblems(operation, exchange));
        return problems;
    }

    private List<String> parameterProblems(Operation operation, String path) {
        Matcher matcher = pattern(operation.path()).matcher(path);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(path);
        }
        List<String> problems = new ArrayList<>();
        int group = 1;
        for (JsonNode parameter : operation.node().path("parameters")) {
            String value = matcher.group(group++);
            boolean isInteger = parameter.at("/schema/type").asText().equals("integer");
            if (isInteger && !value.matches("\\d+")) {
                problems.add("parameter " + parameter.path("name").asText() + ": " + value);
            }
        }
        return problems;
    }

    /**
     * GitHub requires a user agent and credentials; without an API version it uses the newest, and it rejects unknown
     * versions.
     */
    private List<String> headerProblems(Exchange exchange) {
        List<String> problems = new ArrayList<>();
        String version = document.at("/info/version").asText();
        if (!exchange.header("Authorization").matches("Bearer \\S+")) {
            problems.add("no Authorization header of type Bearer");
        }
        if (exchange.header("User-Agent").isEmpty()) {
            problems.add("no User-Agent header");
        }
        if (!List.of("", version).contains(exchange.header(API_VERSION))) {
            problems.add(API_VERSION + ": " + exchange.header(API_VERSION));
        }
        String accept = exchange.header("Accept");
        if (!accept.isEmpty() && !accept.contains("json") && !accept.contains("*/*")) {
            problems.add("Accept: " + accept);
        }
        return problems;
    }

    private List<String> requestBodyProblems(Operation operation, Exchange exchange) {
        JsonNode body = operation.node().path("requestBody");
        if (exchange.requestBody().isEmpty()) {
            return body.path("required").asBoolean() ? List.of("no request body") : List.of();
        }
        return body.isMissingNode()
                ? List.of("unexpected request body: " + exchange.requestBody())
                : schemaProblems("request: ", content(body).path("schema"), exchange.requestBody());
    }

    private List<String> responseProblems(Operation operation, Exchange exchange) {
        JsonNode response = response(operation.node(), exchange.status());
        if (response.isMissingNode()) {
            return List.of("unexpected status " + exchange.status());
        }
        if (!exchange.contentType().startsWith("application/json")) {
            return List.of("unexpected content type " + exchange.contentType());
        }
        return schemaProblems("response: ", response.path("schema"), exchange.response());
    }

    private JsonNode response(JsonNode operation, int status) {
        JsonNode responses = resolve(operation.path("responses"));
        return content(
                responses.has(Integer.toString(status))
                        ? responses.path(Integer.toString(status))
                        : status == 201 ? MissingNode.getInstance() : responses.path("default"));
    }

    private static JsonNode content(JsonNode node) {
        return node.at("/content/application~1json");
    }

    private List<String> schemaProblems(String where, JsonNode schema, String text) {
        try {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(
                            resolve(schema),
                            SchemaValidatorsConfig.builder()
                                    .formatAssertionsEnabled(true)
                                    .build())
                    .validate(JSON.readTree(text))
                    .stream()
                    .map(ValidationMessage::getMessage)
                    .map(where::concat)
                    .toList();
        } catch (IOException e) {
            return List.of(where + "not JSON");
        }
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
