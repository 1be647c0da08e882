package io.github.arc4j.simulator;

import io.github.arc4j.simulator.faults.RunnerFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Runs a simulator until the process is stopped. */
public final class SimulatorMain {
    private static final Map<String, BiConsumer<SimulatorOptions.Builder, String>> OPTIONS = options();

    private SimulatorMain() {}

    /**
     * Starts the simulator.
     *
     * @param arguments options of the form {@code --name value}; {@code --help} lists them
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            OPTIONS.keySet().forEach(name -> System.out.println("  --" + name));
            return;
        }
        SimulatorOptions options;
        try {
            options = parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "; use --help to list the options");
            System.exit(2);
            return;
        }
        GitHubSimulator simulator = GitHubSimulator.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
        System.out.println("simulator listening on " + options.host() + ":" + simulator.port());
        new CountDownLatch(1).await();
    }

    static SimulatorOptions parse(String[] arguments) {
        SimulatorOptions.Builder builder =
                SimulatorOptions.builder().host("0.0.0.0").port(7080);
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            BiConsumer<SimulatorOptions.Builder, String> option =
                    OPTIONS.get(name.startsWith("--") ? name.substring(2) : "");
            if (option == null) {
                throw new IllegalArgumentException("unknown option " + name);
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("no value for " + name);
            }
            try {
                option.accept(builder, arguments[i + 1]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("invalid value for " + name + ": " + e.getMessage(), e);
            }
        }
        return builder.build();
    }

    private static Map<String, BiConsumer<SimulatorOptions.Builder, String>> options() {
        Map<String, BiConsumer<SimulatorOptions.Builder, String>> options = new LinkedHashMap<>();
        options.put("host", SimulatorOptions.Builder::host);
        options.put("port", (builder, value) -> builder.port(Integer.parseInt(value)));
        options.put(
                "tls-keystore",
                (builder, value) ->
                        builder.tls(tls(Path.of(value), System.getenv().getOrDefault("SIMULATOR_TLS_PASSWORD", ""))));
        options.put("public-url", SimulatorOptions.Builder::publicUrl);
        options.put("pat", (builder, value) -> builder.tokens(Set.of(value.split(","))));
        options.put("app-id", SimulatorOptions.Builder::appId);
        options.put("installation-id", (builder, value) -> builder.installationId(Long.parseLong(value)));
        options.put("app-public-key", (builder, value) -> builder.appKey(publicKey(Path.of(value))));
        options.put("runner-groups", (builder, value) -> builder.runnerGroups(List.of(value.split(","))));
        options.put("latency-ms", (builder, value) -> builder.latency(millis(value)));
        options.put("poll-timeout-ms", (builder, value) -> builder.pollTimeout(millis(value)));
        options.put("installation-token-ttl-ms", (builder, value) -> builder.installationTokenLifetime(millis(value)));
        options.put("registration-token-ttl-ms", (builder, value) -> builder.registrationTokenLifetime(millis(value)));
        options.put("registration-token-delay-ms", (builder, value) -> builder.registrationTokenDelay(millis(value)));
        options.put("admin-token-ttl-ms", (builder, value) -> builder.adminTokenLifetime(millis(value)));
        options.put("queue-token-ttl-ms", (builder, value) -> builder.queueTokenLifetime(millis(value)));
        options.put("refresh-statistics", (builder, value) -> builder.refreshStatistics(flag(value)));
        options.put("redeliver", (builder, value) -> builder.redeliver(flag(value)));
        options.put("max-batch", (builder, value) -> builder.maxBatch(Integer.parseInt(value)));
        options.put(
                "assignment",
                (builder, value) ->
                        builder.assignment(SimulatorOptions.Assignment.valueOf(value.toUpperCase(Locale.ROOT))));
        options.put("assign-delay-ms", (builder, value) -> builder.assignDelay(millis(value)));
        options.put("reoffer-ms", (builder, value) -> builder.reofferAfter(millis(value)));
        options.put("assign-timeout-ms", (builder, value) -> builder.assignTimeout(millis(value)));
        options.put("requeue-delay-ms", (builder, value) -> builder.requeueDelay(millis(value)));
        options.put("max-attempts", (builder, value) -> builder.maxAttempts(Integer.parseInt(value)));
        options.put("lost-runner-ms", (builder, value) -> builder.lostRunnerAfter(millis(value)));
        options.put("session-timeout-ms", (builder, value) -> builder.sessionTimeout(millis(value)));
        options.put("heartbeat-ms", (builder, value) -> builder.heartbeat(millis(value)));
        options.put("bad-world", (builder, value) -> builder.badWorld(Long.parseLong(value)));
        options.put("runner-faults", (builder, value) -> builder.runnerFaults(runnerFaults(value)));
        return options;
    }

    /** Faults that affect shares of the runners, such as {@code deaf=0.1,never_exits=0.05}. */
    private static List<RunnerFault> runnerFaults(String value) {
        return Stream.of(value.split(",")).map(SimulatorMain::runnerFault).toList();
    }

    private static RunnerFault runnerFault(String value) {
        String[] parts = value.split("=", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("must be like kind=share: " + value);
        }
        RunnerFault.Kind kind = RunnerFault.Kind.valueOf(parts[0].toUpperCase(Locale.ROOT));
        return RunnerFault.of(kind).randomly(Double.parseDouble(parts[1]));
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static Duration millis(String value) {
        return Duration.ofMillis(Long.parseLong(value));
    }

    /** The key and certificate of a PKCS#12 file. */
    static SSLContext tls(Path keyStore, String passwordText) {
        char[] password = passwordText.toCharArray();
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e.toString(), e);
        }
    }

    private static PublicKey publicKey(Path pem) {
        try {
            String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e.toString(), e);
        }
    }
}
