package io.github.arc4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class OldGenerationTest {
    private static final int MIB = 1 << 20;

    @Test
    void garbageInTheOldGenerationDoesNotMakeTheHeapGrow() throws Exception {
        assertThat(peakMiB(false)).isGreaterThan(200);
        assertThat(peakMiB(true)).isLessThan(128);
    }

    private static long peakMiB(boolean kept) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xms32m",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Garbage.class.getName(),
                        Boolean.toString(kept)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Long.parseLong(output.strip());
    }

    /**
     * Keeps 16 MiB alive, each object long enough to be promoted, and allocates 600 MiB in total, one MiB per
     * millisecond.
     */
    static final class Garbage {
        public static void main(String[] arguments) throws InterruptedException {
            if (Boolean.parseBoolean(arguments[0])) {
                OldGeneration.keepSmall();
            }
            MemoryPoolMXBean old = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals("Tenured Gen"))
                    .findFirst()
                    .orElseThrow();
            ArrayDeque<byte[]> alive = new ArrayDeque<>();
            for (int i = 0; i < 600 * 16; i++) {
                alive.add(new byte[MIB / 16]);
                if (alive.size() > 256) {
                    alive.remove();
                }
                if (i % 16 == 0) {
                    Thread.sleep(1);
                }
            }
            System.out.println(old.getPeakUsage().getUsed() / MIB);
        }
    }
}
