package io.github.arc4j.cli.why;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.github.arc4j.cli.snapshot.Snapshot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Limits of ResourceQuotas and their use. */
public final class Quotas {
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    private Quotas() {}

    /**
     * The use of one resource.
     *
     * @param quota name of the ResourceQuota
     * @param resource such as {@code pods} or {@code requests.cpu}
     * @param percent how much of the limit is used
     */
    public record Use(String namespace, String quota, String resource, String used, String limit, int percent) {
        @Override
        public String toString() {
            return "ResourceQuota %s: %s of %s %s are used".formatted(quota, used, limit, resource);
        }
    }

    /** The resources of a namespace of which at least this percentage of the limit is used. */
    public static List<Use> usedAtLeast(Snapshot snapshot, String namespace, int percent) {
        return snapshot.in(ResourceQuota.class, namespace)
                .filter(quota -> quota.getStatus() != null && quota.getStatus().getHard() != null)
                .flatMap(Quotas::uses)
                .filter(use -> use.percent() >= percent)
                .toList();
    }

    private static Stream<Use> uses(ResourceQuota quota) {
        Map<String, Quantity> all = quota.getStatus().getUsed() == null
                ? Map.of()
                : quota.getStatus().getUsed();
        return quota.getStatus().getHard().entrySet().stream().flatMap(hard -> {
            Quantity used = all.get(hard.getKey());
            return used == null ? Stream.empty() : Stream.of(use(quota, hard.getKey(), used, hard.getValue()));
        });
    }

    private static Use use(ResourceQuota quota, String resource, Quantity used, Quantity hard) {
        BigDecimal limit = hard.getNumericalAmount();
        int percent = limit.signum() == 0
                ? 100
                : used.getNumericalAmount()
                        .multiply(PERCENT)
                        .divide(limit, 0, RoundingMode.FLOOR)
                        .intValue();
        return new Use(
                quota.getMetadata().getNamespace(),
                quota.getMetadata().getName(),
                resource,
                used.toString(),
                hard.toString(),
                percent);
    }
}
