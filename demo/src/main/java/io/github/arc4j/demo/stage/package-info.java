/**
 * What the demo and the tests need of a place where the whole system runs: the GitHub side, a view of the cluster's objects, and the
 * counts of requests. The places themselves are in packages of their own.
 */
@NullMarked
package io.github.arc4j.demo.stage;

import org.jspecify.annotations.NullMarked;
