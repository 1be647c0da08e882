package io.github.arc4j.controller.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.arc4j.api.Crds;
import java.util.List;

/** The CustomResourceDefinitions for embedded API servers, read once: that takes longer than most tests. */
public final class CustomResources {
    public static final List<JsonNode> DEFINITIONS =
            Crds.load().stream().map(Crds.Crd::json).toList();

    private CustomResources() {}
}
