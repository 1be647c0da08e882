package io.github.arc4j.simulator.http.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.http.routing.Call;
import io.github.arc4j.simulator.http.routing.Response;
import io.github.arc4j.simulator.http.routing.Route;
import io.github.arc4j.simulator.http.routing.ViolationLog;
import io.github.arc4j.simulator.service.ServiceException;
import io.github.arc4j.simulator.service.Tokens;
import io.github.arc4j.simulator.service.Tokens.Grant;
import io.github.arc4j.simulator.service.Tokens.Issued;
import io.github.arc4j.simulator.service.Tokens.Kind;
import io.github.arc4j.simulator.service.state.Scope;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GitHub's REST endpoints for obtaining an admin token of the Actions service. */
public final class RegistrationApi {
    private static final String PREFIX = "(?:/api/v3)?";

    private final SimulatorOptions options;
    private final Tokens tokens;
    private final ViolationLog violations;
    private final AppJwt appJwt;

    public RegistrationApi(SimulatorOptions options, Tokens tokens, ViolationLog violations) {
        this.options = options;
        this.tokens = tokens;
        this.violations = violations;
        this.appJwt = new AppJwt(options);
    }

    private record Registration(
            @Nullable String url,
            @JsonProperty("runner_event") @Nullable String runnerEvent) {}

    public List<Route> routes() {
        String register = "/actions/runners/registration-token";
        return List.of(
                Route.rest("POST", PREFIX + "/app/installations/{installation}/access_tokens", this::installationToken),
                Route.rest(
                        "POST",
                        PREFIX + "/orgs/{owner}" + register,
                        call -> registrationToken(call.variable("owner")),
                        Kind.PERSONAL,
                        Kind.INSTALLATION),
                Route.rest(
                        "POST",
                        PREFIX + "/enterprises/{owner}" + register,
                        call -> registrationToken("enterprises/" + call.variable("owner")),
                        Kind.PERSONAL,
                        Kind.INSTALLATION),
                Route.rest(
                        "POST",
                        PREFIX + "/repos/{owner}/{repository}" + register,
                        call -> registrationToken(call.variable("owner") + "/" + call.variable("repository")),
                        Kind.PERSONAL,
                        Kind.INSTALLATION),
                Route.rest("POST", PREFIX + "/actions/runner-registration", this::connect, Kind.REGISTRATION));
    }

    private Response installationToken(Call call) {
        String header = call.header("Authorization");
        if (!header.startsWith("Bearer ")) {
            violations.add(call, "authorization", "scheme is not Bearer");
            throw ServiceException.unauthorized("A JSON web token could not be decoded");
        }
        List<String> faults = appJwt.faults(header.substring("Bearer ".length()));
        if (!faults.isEmpty()) {
            faults.forEach(fault -> violations.add(call, "app-jwt", fault));
            throw ServiceException.unauthorized("A JSON web token could not be decoded");
        }
        long installation = call.number(call.variable("installation"));
        if (options.installationId() != 0 && options.installationId() != installation) {
            throw ServiceException.notFound("Not Found");
        }
        return token(tokens.issue(Kind.INSTALLATION, null));
    }

    private Response registrationToken(String path) {
        return token(tokens.issue(Kind.REGISTRATION, Scope.parse(path)));
    }

    private static Response token(Issued issued) {
        return Response.json(201, Map.of("token", issued.token(), "expires_at", issued.expiresAt()));
    }

    private Response connect(Call call) {
        Registration body = call.json(Registration.class);
        Grant grant = call.grant();
        Scope scope = scope(body.url());
        if (scope == null || grant == null || !scope.equals(grant.scope())) {
            violations.add(call, "registration-url", "url is not what the token was issued for: " + body.url());
            throw ServiceException.notFound("Not Found");
        }
        if (!"register".equals(body.runnerEvent())) {
            violations.add(call, "registration-event", "runner_event is not register: " + body.runnerEvent());
        }
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("url", call.baseUrl() + "/tenant/" + scope.tenant() + "/");
        response.put("token", tokens.issue(Kind.ADMIN, scope).token());
        response.put("token_schema", "OAuthAccessToken");
        return Response.ok(response);
    }

    private static @Nullable Scope scope(@Nullable String url) {
        try {
            return url == null ? null : Scope.parse(URI.create(url).getPath());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
