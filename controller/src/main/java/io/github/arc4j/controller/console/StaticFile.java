package io.github.arc4j.controller.console;

import io.github.arc4j.process.http.HttpCall;
import io.github.arc4j.process.http.HttpHandler;
import io.github.arc4j.process.http.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;

/**
 * A file on the class path, which is read for each request.
 *
 * @param resource relative to this package, or an absolute path
 */
record StaticFile(String resource, String type) implements HttpHandler {
    /** A file of a WebJar. */
    static StaticFile ofWebJar(String library, String path, String type) {
        Properties properties = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/" + library + "/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = properties.getProperty("version");
        return new StaticFile("/META-INF/resources/webjars/%s/%s/%s".formatted(library, version, path), type);
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(StaticFile.class.getResourceAsStream(resource), resource);
    }

    @Override
    public HttpReply handle(HttpCall call) {
        boolean gzip = call.acceptsGzip();
        return HttpReply.stream(HttpReply.headersOf(type, gzip), out -> write(gzip ? new GZIPOutputStream(out) : out));
    }

    private void write(OutputStream out) throws IOException {
        try (InputStream in = open(resource);
                out) {
            in.transferTo(out);
        }
    }
}
