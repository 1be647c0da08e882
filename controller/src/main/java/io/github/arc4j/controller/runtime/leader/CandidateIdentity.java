package io.github.arc4j.controller.runtime.leader;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** Identities of processes that want to become the leader. Has no logger, because it is used before logging is set up. */
public final class CandidateIdentity {
    private CandidateIdentity() {}

    /**
     * {@code <host name>_<random UUID>}, as in controller-runtime. A process that is restarted has another one, so it
     * waits until its former Lease has expired.
     */
    public static String random() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        return host + "_" + UUID.randomUUID();
    }
}
