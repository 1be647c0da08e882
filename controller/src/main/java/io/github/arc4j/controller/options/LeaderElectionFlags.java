package io.github.arc4j.controller.options;

import io.github.arc4j.runtime.leader.LeaseTiming;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.UUID;

/** The flags and environment variables of the leader election. */
final class LeaderElectionFlags {
    static final Flag ENABLED =
            Flag.bool("enable-leader-election", "Elect a leader among the replicas; only the leader reconciles.");
    static final Flag ID =
            Flag.text("leader-election-id", "actions-runner-controller", "Name of the Lease for leader election.");
    static final Flag LEASE_DURATION = Flag.duration(
            "leader-election-lease-duration",
            "4s",
            "How long the Lease is valid without a renewal; then another replica becomes the leader. Whole seconds.");
    static final Flag RENEW_DEADLINE = Flag.duration(
            "leader-election-renew-deadline",
            "3s",
            "How long the leader may fail to renew the Lease before it exits. Less than the lease duration.");
    static final Flag RETRY_PERIOD = Flag.duration(
            "leader-election-retry-period",
            "1s",
            "How often the leader renews the Lease; the other replicas read it twice as often. Less than the renew"
                    + " deadline.");

    private LeaderElectionFlags() {}

    static String id(FlagParser flags) throws OptionsException {
        String id = flags.text(ID.name());
        if (id.isEmpty() && flags.isTrue(ENABLED.name())) {
            throw OptionsException.invalid("--leader-election-id must not be empty");
        }
        return id;
    }

    static LeaseTiming timing(FlagParser flags) throws OptionsException {
        try {
            return new LeaseTiming(
                    flags.duration(LEASE_DURATION.name()),
                    flags.duration(RENEW_DEADLINE.name()),
                    flags.duration(RETRY_PERIOD.name()));
        } catch (IllegalArgumentException e) {
            throw OptionsException.invalid("invalid leader election times (%s, %s, %s): %s"
                    .formatted(
                            given(flags, LEASE_DURATION),
                            given(flags, RENEW_DEADLINE),
                            given(flags, RETRY_PERIOD),
                            e.getMessage()));
        }
    }

    private static String given(FlagParser flags, Flag flag) {
        return "--" + flag.name() + "=" + flags.text(flag.name());
    }

    /**
     * The name and UID of the process's pod. A name alone does not identify a pod, because a StatefulSet reuses it,
     * possibly while the former pod still runs on a node that cannot be reached. If they are not known, it is the host
     * name and a random text, as in controller-runtime: a restarted process then waits until its former Lease has
     * expired.
     */
    static String identity(Map<String, String> environment) {
        String pod = environment.getOrDefault("CONTROLLER_MANAGER_POD_NAME", "");
        String uid = environment.getOrDefault("CONTROLLER_MANAGER_POD_UID", "");
        return pod.isEmpty() || uid.isEmpty() ? hostName() + "_" + UUID.randomUUID() : pod + "_" + uid;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
