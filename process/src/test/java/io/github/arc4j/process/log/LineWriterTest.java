package io.github.arc4j.process.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineWriterTest {
    private final BlockingQueue<String> writes = new LinkedBlockingQueue<>();
    private final LineWriter writer = new LineWriter(new PrintStream(new Writes()));

    private final class Writes extends OutputStream {
        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("one byte at a time");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            writes.add(new String(bytes, from, length, StandardCharsets.UTF_8));
        }
    }

    private void write(String line, boolean mayWait) {
        writer.write(line.getBytes(StandardCharsets.UTF_8), mayWait);
    }

    /** Waits for the lines, in one write or in several. */
    private void awaitWritten(String lines) throws InterruptedException {
        StringBuilder written = new StringBuilder();
        while (written.length() < lines.length()) {
            String next = writes.poll(1, TimeUnit.MINUTES);
            assertThat(next).as("after " + written).isNotNull();
            written.append(next);
        }
        assertThat(written).hasToString(lines);
    }

    @Test
    void linesThatMayWaitAreWrittenSoon() throws Exception {
        writer.start();
        write("one\n", true);
        write("two\n", true);
        awaitWritten("one\ntwo\n");
        write("three\n", true);
        awaitWritten("three\n");
    }

    @Test
    void lessSevereLinesAreWrittenBeforeAMoreSevereOne() {
        writer.start();
        String earlier = IntStream.range(0, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        earlier.lines().forEach(line -> write(line + "\n", true));
        write("urgent\n", false);
        assertThat(String.join("", writes)).isEqualTo(earlier + "urgent\n");
    }

    @Test
    void fewBytesWait() {
        writer.start();
        String line = "x".repeat(70_000) + "\n";
        write(line, true);
        assertThat(writes).containsExactly(line);
    }

    @Test
    void linesAreWrittenAtOnceWhenTheProcessEnds() {
        writer.start();
        write("one\n", true);
        writer.stop();
        write("two\n", true);
        assertThat(String.join("", writes)).isEqualTo("one\ntwo\n");
    }

    @Test
    void nothingWaitsUnlessStarted() {
        write("one\n", true);
        assertThat(writes).containsExactly("one\n");
    }
}
