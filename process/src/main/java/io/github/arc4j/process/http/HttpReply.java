package io.github.arc4j.process.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response.
 *
 * @param headers without those about the length of the body and the connection
 * @param length of the body in bytes; null if it is not known before the body is written
 * @param isEndless whether the body is written for as long as the client reads it
 */
public record HttpReply(
        int status, Map<String, String> headers, @Nullable Long length, boolean isEndless, Body body) {
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A body of plain text. */
    public static HttpReply text(int status, String text) {
        return bytes(
                status, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** A body that is known. */
    public static HttpReply bytes(int status, Map<String, String> headers, byte[] bytes) {
        return new HttpReply(status, headers, (long) bytes.length, false, out -> out.write(bytes));
    }

    public static Map<String, String> headersOf(String type, boolean gzip) {
        return gzip ? Map.of("Content-Type", type, "Content-Encoding", "gzip") : Map.of("Content-Type", type);
    }

    /** A body of unknown length, which is sent while it is written. */
    public static HttpReply stream(Map<String, String> headers, Body body) {
        return new HttpReply(200, headers, null, false, body);
    }

    /**
     * A body that has no end, such as a stream of events. The client must read what was written before each flush within
     * the time that it has for other responses; it is disconnected otherwise.
     */
    public static HttpReply endless(Map<String, String> headers, Body body) {
        return new HttpReply(200, headers, null, true, body);
    }

    public HttpReply withHeaders(Map<String, String> others) {
        return new HttpReply(status, others, length, isEndless, body);
    }

    /** Sends the response; the connection can be used again if the call is persistent. */
    void send(HttpCall call, OutputStream out) throws IOException {
        boolean chunked = length == null && call.isPersistent();
        out.write(head(call, chunked).getBytes(StandardCharsets.ISO_8859_1));
        if (!call.isHead()) {
            BodyStream stream = new BodyStream(out, chunked);
            body.writeTo(stream);
            stream.finish();
        }
        out.flush();
    }

    private String head(HttpCall call, boolean chunked) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (chunked) {
            all.put("Transfer-Encoding", "chunked");
        } else if (length != null) {
            all.put("Content-Length", length.toString());
        }
        if (!call.isPersistent()) {
            all.put("Connection", "close");
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason())
                .append("\r\n");
        all.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "";
        };
    }

    /** The stream of a body; closing it does not close the connection. If chunked, each write is a chunk. */
    private static final class BodyStream extends OutputStream {
        private static final byte[] LINE_END = {'\r', '\n'};

        private final OutputStream out;
        private final boolean chunked;

        BodyStream(OutputStream out, boolean chunked) {
            this.out = out;
            this.chunked = chunked;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!chunked) {
                out.write(bytes, offset, count);
            } else if (count > 0) {
                chunk(bytes, offset, count);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        void finish() throws IOException {
            if (chunked) {
                chunk(LINE_END, 0, 0);
            }
        }

        private void chunk(byte[] bytes, int offset, int count) throws IOException {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.write(bytes, offset, count);
            out.write(LINE_END);
        }
    }
}
