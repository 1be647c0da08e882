package io.github.arc4j.kube.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors in the syntax of the API's query parameters. */
public final class Selector implements Predicate<ObjectNode> {

    /** Selects everything. */
    public static final Selector ALL = new Selector(List.of());

    private static final Pattern SET_BASED = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)");

    private final List<Predicate<ObjectNode>> terms;

    private Selector(List<Predicate<ObjectNode>> terms) {
        this.terms = terms;
    }

    /**
     * @param labels a label selector, empty if there is none
     * @param fields a field selector, empty if there is none
     * @throws ApiException bad request for syntax errors and fields that the type does not support
     */
    public static Selector parse(ResourceType type, String labels, String fields) {
        if (labels.isBlank() && fields.isBlank()) {
            return ALL;
        }
        List<Predicate<ObjectNode>> terms = new ArrayList<>();
        // Commas within parentheses belong to a set.
        for (String term : labels.split(",(?![^(]*\\))")) {
            if (!term.isBlank()) {
                terms.add(label(term.strip()));
            }
        }
        for (String term : fields.split(",")) {
            if (!term.isBlank()) {
                terms.add(field(type, term.strip()));
            }
        }
        return new Selector(terms);
    }

    private static Predicate<ObjectNode> label(String term) {
        Matcher set = SET_BASED.matcher(term);
        if (set.matches()) {
            String key = set.group(1);
            Set<String> values = Set.copyOf(List.of(set.group(3).strip().split("\\s*,\\s*")));
            boolean in = set.group(2).equals("in");
            return object -> {
                JsonNode value = labelOf(object, key);
                return in == (!value.isMissingNode() && values.contains(value.asText()));
            };
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            String key = equality.group(1);
            String value = equality.group(3);
            boolean equal = !equality.group(2).equals("!=");
            return object -> {
                JsonNode actual = labelOf(object, key);
                return equal == (!actual.isMissingNode() && actual.asText().equals(value));
            };
        }
        boolean absent = term.startsWith("!");
        String key = absent ? term.substring(1).strip() : term;
        if (key.isEmpty() || key.matches(".*[\\s=!()].*")) {
            throw ApiException.badRequest("unable to parse requirement: " + term);
        }
        return object -> absent == labelOf(object, key).isMissingNode();
    }

    private static JsonNode labelOf(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key);
    }

    private static Predicate<ObjectNode> field(ResourceType type, String term) {
        Matcher matcher = EQUALITY.matcher(term);
        if (!matcher.matches()) {
            throw ApiException.badRequest("invalid field selector: " + term);
        }
        String path = matcher.group(1);
        if (!path.equals("metadata.name")
                && !(path.equals("metadata.namespace") && type.namespaced())
                && !type.selectableFields().contains(path)) {
            throw ApiException.badRequest("field label not supported: " + path);
        }
        String[] steps = path.split("\\.");
        String value = matcher.group(3);
        boolean equal = !matcher.group(2).equals("!=");
        return object -> {
            JsonNode node = object;
            for (String step : steps) {
                node = node.path(step);
            }
            return equal == node.asText().equals(value);
        };
    }

    @Override
    public boolean test(ObjectNode object) {
        for (Predicate<ObjectNode> term : terms) {
            if (!term.test(object)) {
                return false;
            }
        }
        return true;
    }
}
