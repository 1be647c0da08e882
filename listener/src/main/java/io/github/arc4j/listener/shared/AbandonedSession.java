package io.github.arc4j.listener.shared;

import io.github.arc4j.actions.ScaleSetApi;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.listener.kube.KubeClient;
import io.github.arc4j.listener.kube.KubeException;
import io.github.arc4j.listener.state.SessionStatus;
import io.github.arc4j.process.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that a scale set's listener had when this process began to host it. If the process that opened it has
 * died, it is deleted before a new one is opened: GitHub keeps a session that nobody polls for minutes, and rejects
 * another one in the meantime. If that process may still be alive, for example during an update, it deletes the session
 * itself.
 */
final class AbandonedSession {
    private static final Logger log = LoggerFactory.getLogger(AbandonedSession.class);

    private final AssignedListener.Session session;
    private final String self;
    private final KubeClient kube;
    private final String namespace;
    private boolean done;

    /**
     * @param session as in the listener's status
     * @param self name of this process's pod, in which no other process runs
     * @param namespace namespace of these pods
     */
    AbandonedSession(AssignedListener.Session session, String self, KubeClient kube, String namespace) {
        this.session = session;
        this.self = self;
        this.kube = kube;
        this.namespace = namespace;
    }

    /** Deletes the session at the first call, if it is abandoned. A failure is only logged: GitHub ends it later. */
    synchronized void delete(ScaleSetApi api, int scaleSetId) throws InterruptedException {
        Optional<UUID> id = id();
        if (done || id.isEmpty()) {
            return;
        }
        done = true;
        try {
            if (isAbandoned()) {
                api.deleteSession(scaleSetId, id.get());
                log.info("Deleted message session {}, which pod {} left behind", id.get(), session.holder());
            }
        } catch (ActionsException | KubeException | IOException e) {
            log.warn("Cannot delete the previous message session {}: {}", id.get(), e.getMessage());
        }
    }

    private Optional<UUID> id() {
        try {
            return session.state().equals(SessionStatus.STOPPED)
                            || session.holder().isEmpty()
                    ? Optional.empty()
                    : Optional.of(UUID.fromString(session.id()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isAbandoned() throws IOException, InterruptedException {
        if (session.holder().equals(self)) {
            return true;
        }
        HttpResponse<byte[]> response = kube.get("/api/v1/namespaces/" + namespace + "/pods/"
                + URLEncoder.encode(session.holder(), StandardCharsets.UTF_8));
        return switch (response.statusCode()) {
            case 200 -> hasEnded(response.body());
            case 404 -> true;
            default -> throw new IOException("HTTP status " + response.statusCode() + " for pod " + session.holder());
        };
    }

    private static boolean hasEnded(byte[] pod) throws IOException {
        String phase = Json.text(Json.object(Json.readObject(pod), "status"), "phase");
        return phase.equals("Failed") || phase.equals("Succeeded");
    }
}
