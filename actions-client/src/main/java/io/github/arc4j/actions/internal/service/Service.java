package io.github.arc4j.actions.internal.service;

import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.internal.auth.AdminConnection;
import io.github.arc4j.actions.internal.auth.AdminToken;
import io.github.arc4j.actions.internal.call.Caller;
import io.github.arc4j.actions.internal.call.ServiceErrors;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.http.Urls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Actions service, called with one user agent. */
final class Service {
    static final String SCALE_SETS = "/_apis/runtime/runnerscalesets";
    static final String GROUPS = "/_apis/runtime/runnergroups/";
    static final String AGENTS = "/_apis/distributedtask/pools/0/agents";
    static final String API_VERSION = "6.0-preview";

    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] body) throws IOException;
    }

    private final AdminConnection admin;
    private final Caller caller;
    private final String userAgent;
    private final Duration timeout;

    Service(AdminConnection admin, Caller caller, String userAgent, Duration timeout) {
        this.admin = admin;
        this.caller = caller;
        this.userAgent = userAgent;
        this.timeout = timeout;
    }

    Caller caller() {
        return caller;
    }

    String userAgent() {
        return userAgent;
    }

    /** Calls with the admin token; renews a rejected token once. */
    <T> T call(ServiceRequest request, Reader<T> reader) throws InterruptedException {
        AdminToken token = admin.token();
        try {
            return read(prepare(request, token.service(), token.token()), reader);
        } catch (AuthenticationException e) {
            if (e.status() != 401) {
                throw e;
            }
            AdminToken renewed = admin.renew(token);
            return read(prepare(request, renewed.service(), renewed.token()), reader);
        }
    }

    /** Calls with a token other than the admin token. */
    <T> T callWith(String bearer, ServiceRequest request, Reader<T> reader) throws InterruptedException {
        return read(prepare(request, admin.token().service(), bearer), reader);
    }

    private <T> T read(Call call, Reader<T> reader) throws InterruptedException {
        Response response = caller.call(call);
        try {
            return reader.read(response.body());
        } catch (IOException e) {
            throw ServiceErrors.invalid(call, response, e);
        }
    }

    private Call prepare(ServiceRequest request, URI service, String bearer) {
        Map<String, String> query = new LinkedHashMap<>(request.query());
        String baseQuery = service.getRawQuery();
        if (baseQuery == null || !baseQuery.contains("api-version=")) {
            query.put("api-version", API_VERSION);
        }
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json", "Authorization", "Bearer " + bearer, "User-Agent", userAgent);
        return new Call(
                request.operation(),
                request.effect(),
                request.target(),
                request.method(),
                Urls.join(service, request.path(), query),
                headers,
                request.body(),
                timeout,
                request.success());
    }
}
