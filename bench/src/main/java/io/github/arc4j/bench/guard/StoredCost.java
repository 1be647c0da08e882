package io.github.arc4j.bench.guard;

/**
 * A cost as it was when it was stored.
 *
 * @param value the median of several measurements
 * @param noise how far measurements of an unchanged program exceed their median at most, in percent, on a busy machine
 * @param limit percentage by which the cost may increase
 * @param inShortForm whether the short form compares it
 */
record StoredCost(double value, double noise, double limit, boolean inShortForm) {
    StoredCost withValue(double newValue) {
        return new StoredCost(newValue, noise, limit, inShortForm);
    }
}
