package io.github.arc4j.simulator.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.faults.Faults;
import io.github.arc4j.simulator.http.api.AdminApi;
import io.github.arc4j.simulator.http.api.MessageApi;
import io.github.arc4j.simulator.http.api.RegistrationApi;
import io.github.arc4j.simulator.http.api.RunnerApi;
import io.github.arc4j.simulator.http.api.RunnerCall;
import io.github.arc4j.simulator.http.api.ScaleSetApi;
import io.github.arc4j.simulator.http.api.SessionApi;
import io.github.arc4j.simulator.http.routing.CallCounts;
import io.github.arc4j.simulator.http.routing.Endpoints;
import io.github.arc4j.simulator.http.routing.RequestChecks;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ActionsService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;

/** The HTTP server with all endpoints. */
public final class SimulatorServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final HttpServer server;
    private final ExecutorService threads;

    private SimulatorServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    public static SimulatorServer start(
            SimulatorOptions options, ActionsService service, Faults faults, CallCounts counts, ViolationLog violations)
            throws IOException {
        configure();
        HttpServer server = create(options);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SessionApi(service, options, violations).routes());
        routes.addAll(new MessageApi(service.sessions(), options.pollTimeout(), violations).routes());
        routes.addAll(new RunnerApi(service.runners(), service.scaleSets(), violations).routes());
        routes.addAll(new ScaleSetApi(service.scaleSets(), violations).routes());
        routes.addAll(new RegistrationApi(options, service.tokens(), violations).routes());
        routes.addAll(new AdminApi(service, faults, counts, violations).routes());
        RequestChecks checks = new RequestChecks(service.tokens(), violations);
        Endpoints endpoints = new Endpoints(routes, checks, counts, violations);
        HttpHandler calls = new WireHandler(options, endpoints, faults, violations);
        HttpHandler runners = new RunnerCall(service.runners(), options.heartbeat(), violations);
        // Contexts match prefixes, so a context for the runner call would match other paths, too.
        server.createContext("/", exchange -> {
            boolean runner = exchange.getRequestURI().getPath().equals(RunnerCall.PATH);
            (runner ? runners : calls).handle(exchange);
        });
        ExecutorService threads = Threads.perTask();
        server.setExecutor(threads);
        server.start();
        return new SimulatorServer(server, threads);
    }

    private static HttpServer create(SimulatorOptions options) throws IOException {
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        SSLContext tls = options.tls();
        if (tls == null) {
            return HttpServer.create(address, BACKLOG);
        }
        if (options.http2() > 0) {
            return Http2Server.create(address, tls, options.http2());
        }
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    /**
     * The JDK's server reads these properties once, before its first instance. Without the first one, responses are
     * delayed by 40 ms.
     */
    private static void configure() {
        // Jetty, where it is on the class path for HTTP/2, would take the place of the JDK's server.
        setUnlessSet("com.sun.net.httpserver.HttpServerProvider", "sun.net.httpserver.DefaultHttpServerProvider");
        setUnlessSet("sun.net.httpserver.nodelay", "true");
        setUnlessSet("sun.net.httpserver.maxIdleConnections", "20000");
        setUnlessSet("sun.net.httpserver.idleInterval", "300");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
