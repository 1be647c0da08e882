package io.github.arc4j.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the time for 1000 concurrent JIT config requests with a latency of 150 ms. The client and the simulator are
 * separate processes on the same machine. Each new client process runs several rounds, the first of them cold.
 */
final class JitBenchmark implements Benchmark {
    private static final int LATENCY_MS = 150;
    private static final int CALLS = 1000;
    private static final int ROUNDS = 3;
    private static final int PROCESSES = 4;
    private static final String HEAP = "-Xmx64m";

    @Override
    public String name() {
        return "jit";
    }

    @Override
    public String description() {
        return CALLS + " concurrent JIT configs, " + LATENCY_MS + " ms latency, client with " + HEAP;
    }

    @Override
    public void run(List<String> arguments) throws Exception {
        Process simulator = java(
                List.of(),
                "io.github.arc4j.simulator.SimulatorMain",
                List.of("--host", "127.0.0.1", "--port", "0", "--latency-ms", Integer.toString(LATENCY_MS)));
        try {
            String address = address(simulator);
            System.out.printf("%d concurrent calls, %d ms latency, client with %s%n", CALLS, LATENCY_MS, HEAP);
            System.out.println("the first process also warms up the simulator");
            for (int i = 0; i < PROCESSES; i++) {
                System.out.print(client("http://" + address + "/org-" + i, ROUNDS, arguments));
            }
        } finally {
            simulator.destroy();
        }
    }

    /**
     * Runs a client process.
     *
     * @param options JVM options
     * @return the output of the process: the times of its rounds
     */
    static String client(String configUrl, int rounds, List<String> options) throws IOException, InterruptedException {
        List<String> jvm = new ArrayList<>(List.of(HEAP));
        jvm.addAll(options);
        Process client = java(
                jvm, JitClient.class.getName(), List.of(configUrl, Integer.toString(CALLS), Integer.toString(rounds)));
        String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (client.waitFor() != 0) {
            throw new IOException("the client failed: " + output);
        }
        return output;
    }

    /** The simulator prints its address in the first line. */
    private static String address(Process simulator) throws IOException {
        String line = simulator.inputReader().readLine();
        if (line == null) {
            throw new IOException("the simulator did not start");
        }
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private static Process java(List<String> options, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
