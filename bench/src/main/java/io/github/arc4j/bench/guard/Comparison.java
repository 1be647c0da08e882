package io.github.arc4j.bench.guard;

/**
 * A measured cost next to the stored one.
 *
 * @param name name of the cost
 */
record Comparison(String name, StoredCost stored, double now) {
    /** What the difference means. */
    enum Verdict {
        OK,
        /** The cost has decreased by more than the limit. */
        BETTER,
        /** The cost has increased by more than the limit. */
        REGRESSION
    }

    /** Increase of the cost in percent. */
    double difference() {
        return (now - stored.value()) / stored.value() * 100;
    }

    Verdict verdict() {
        double difference = difference();
        if (difference > stored.limit()) {
            return Verdict.REGRESSION;
        }
        return difference < -stored.limit() ? Verdict.BETTER : Verdict.OK;
    }
}
