package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.ResourceCache;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a set may scale now. A wish of the listener, told by its patch ID, is carried out once: runners that
 * end afterwards are not replaced, since the listener will say how many there should be without them. Patch ID 0 stands
 * for an idle set, which is kept at its minimum all the time.
 *
 * <p>What was carried out is remembered here and, with the next status, in the object; the Go controller's objects have
 * it only in the annotations of their runners.
 */
final class ScalingGate {
    private final PerObject<Integer> carriedOut;

    ScalingGate(ResourceCache<EphemeralRunnerSet> sets) {
        carriedOut = new PerObject<>(sets);
    }

    boolean isOpen(EphemeralRunnerSet set, Supplier<List<EphemeralRunner>> runners) {
        int wish = set.getSpec().patchID();
        return wish == 0 || wish != lastCarriedOut(set, runners);
    }

    /** All runners of the wish were made. */
    void carriedOut(EphemeralRunnerSet set) {
        carriedOut.put(set, set.getSpec().patchID());
    }

    /** The last wish that was carried out, as far as this process or the object's status tells. */
    @Nullable Integer onRecord(EphemeralRunnerSet set) {
        Integer known = carriedOut.get(set);
        if (known != null) {
            return known;
        }
        return set.getStatus() == null ? null : set.getStatus().observedPatchID();
    }

    /** Remembers what the runners tell: those of the next wish tell of it before all of them are made. */
    private int lastCarriedOut(EphemeralRunnerSet set, Supplier<List<EphemeralRunner>> runners) {
        Integer known = onRecord(set);
        if (known == null) {
            known = runners.get().stream().mapToInt(ScalingGate::patchId).max().orElse(0);
            carriedOut.put(set, known);
        }
        return known;
    }

    private static int patchId(EphemeralRunner runner) {
        Map<String, String> annotations = runner.getMetadata().getAnnotations();
        try {
            return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(Annotations.PATCH_ID, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
