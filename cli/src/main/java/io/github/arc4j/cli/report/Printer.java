package io.github.arc4j.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.arc4j.process.log.LogText;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;

/**
 * Prints reports. They contain text that others chose, such as names of jobs, so characters that would control the
 * terminal are escaped in every format.
 */
public record Printer(PrintWriter out, Format format) {
    public void print(Report report, Instant now) {
        switch (format) {
            case table -> report.text(now).forEach(this::line);
            case json -> out.println(write(JsonMapper.builder().build(), report));
            case yaml ->
                out.print(write(
                        YAMLMapper.builder()
                                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                .build(),
                        report));
        }
        out.flush();
    }

    public void line(String line) {
        out.println(LogText.visible(line.replace("\t", "    ")));
    }

    private static String write(ObjectMapper mapper, Report report) {
        mapper.registerModule(new JavaTimeModule());
        mapper.registerModule(new SimpleModule().addSerializer(String.class, new VisibleText()));
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        mapper.disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
        mapper.enable(SerializationFeature.INDENT_OUTPUT);
        try {
            return mapper.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class VisibleText extends StdSerializer<String> {
        VisibleText() {
            super(String.class);
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, String text) {
            return text.isEmpty();
        }

        @Override
        public void serialize(String text, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(LogText.visible(text));
        }
    }
}
