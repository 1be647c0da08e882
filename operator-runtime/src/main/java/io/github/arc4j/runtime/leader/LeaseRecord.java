package io.github.arc4j.runtime.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The contents of a Lease. */
final class LeaseRecord {
    private LeaseRecord() {}

    /** A new Lease, held by {@code identity}. */
    static Lease fresh(String namespace, String name, String identity, Duration duration) {
        ZonedDateTime now = now();
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(identity)
                .withLeaseDurationSeconds(seconds(duration))
                .withAcquireTime(now)
                .withRenewTime(now)
                .withLeaseTransitions(0)
                .endSpec()
                .build();
    }

    /** The Lease, taken over from its previous holder, which is the same candidate if it was restarted. */
    static Lease takenBy(Lease lease, String identity, Duration duration) {
        return new LeaseBuilder(lease)
                .editOrNewSpec()
                .withHolderIdentity(identity)
                .withLeaseDurationSeconds(seconds(duration))
                .withAcquireTime(now())
                .withRenewTime(now())
                .withLeaseTransitions(Objects.requireNonNullElse(spec(lease).getLeaseTransitions(), 0)
                        + (holder(lease).equals(identity) ? 0 : 1))
                .endSpec()
                .build();
    }

    static Lease renewed(Lease lease) {
        return new LeaseBuilder(lease).editSpec().withRenewTime(now()).endSpec().build();
    }

    static Lease released(Lease lease) {
        return new LeaseBuilder(lease)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .withAcquireTime(now())
                .withRenewTime(now())
                .endSpec()
                .build();
    }

    /** The identity of the holder; empty if there is none. */
    static String holder(Lease lease) {
        return Objects.requireNonNullElse(spec(lease).getHolderIdentity(), "");
    }

    /** Whether the Lease has been held without interruption: by the same holder, who has not acquired it again. */
    static boolean isSameTerm(Lease lease, Lease earlier) {
        return holder(lease).equals(holder(earlier)) && Objects.equals(acquired(lease), acquired(earlier));
    }

    private static @Nullable Instant acquired(Lease lease) {
        ZonedDateTime time = spec(lease).getAcquireTime();
        return time == null ? null : time.toInstant();
    }

    /** How long the Lease remains valid without a renewal. */
    static Duration duration(Lease lease, Duration otherwise) {
        Integer seconds = spec(lease).getLeaseDurationSeconds();
        return seconds == null ? otherwise : Duration.ofSeconds(seconds);
    }

    private static LeaseSpec spec(Lease lease) {
        return Objects.requireNonNullElseGet(lease.getSpec(), LeaseSpec::new);
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }

    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }
}
