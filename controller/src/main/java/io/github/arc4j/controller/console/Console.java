package io.github.arc4j.controller.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.arc4j.controller.console.model.Caches;
import io.github.arc4j.controller.console.model.ConsoleModel;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.HttpReply;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The console's paths. {@code /fleet} and {@code /jobs} return once what {@code /events} keeps up to date, for
 * scripts. The parameter {@code set=namespace/name} selects a scale set.
 */
public final class Console {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final List<String> MODULES = List.of("console.js", "fleet.js", "plots.js", "text.js", "timeline.js");

    private Console() {}

    /**
     * The handlers by path. Follows the caches from now on.
     *
     * @param version the controller's version
     */
    public static Map<String, HttpHandler> handlers(Caches caches, String version, InstantSource clock) {
        ConsoleModel model = new ConsoleModel(caches, version, clock);
        JsonMapper json = new JsonMapper();
        Map<String, HttpHandler> handlers = new LinkedHashMap<>();
        handlers.put("/", new StaticFile("index.html", "text/html; charset=utf-8"));
        handlers.put("/style.css", new StaticFile("style.css", STYLE));
        for (String module : MODULES) {
            handlers.put("/" + module, new StaticFile(module, SCRIPT));
        }
        handlers.put("/uplot.js", StaticFile.ofWebJar("uplot", "dist/uPlot.esm.js", SCRIPT));
        handlers.put("/uplot.css", StaticFile.ofWebJar("uplot", "dist/uPlot.min.css", STYLE));
        handlers.put("/fleet", call -> json(json, model.fleet()));
        handlers.put("/jobs", call -> json(json, model.jobs(EventStream.scaleSet(call))));
        handlers.put("/events", new EventStream(model, json));
        handlers.replaceAll((path, handler) -> new LocalOnly(handler));
        return handlers;
    }

    /** Too long for the buffers of a socket, so it is sent with a time limit. */
    private static HttpReply json(JsonMapper json, Object data) {
        return HttpReply.stream(
                Map.of("Content-Type", "application/json"), out -> out.write(json.writeValueAsBytes(data)));
    }
}
