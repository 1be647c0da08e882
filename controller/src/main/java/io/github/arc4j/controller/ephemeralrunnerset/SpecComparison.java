package io.github.arc4j.controller.ephemeralrunnerset;

import io.github.arc4j.api.IntegrityHash;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSpec;

/** Compares specs as the API server stores them: what is empty and what is missing are the same. */
final class SpecComparison {
    private SpecComparison() {}

    static boolean same(EphemeralRunnerSpec a, EphemeralRunnerSpec b) {
        return a.equals(b) || IntegrityHash.of(a).equals(IntegrityHash.of(b));
    }
}
