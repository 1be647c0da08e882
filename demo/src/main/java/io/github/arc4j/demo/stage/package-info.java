/**
 * The environment in which the demo and the tests run the whole system: the GitHub side, a view of the cluster's
 * objects, and request counts. The implementations are in separate packages.
 */
@NullMarked
package io.github.arc4j.demo.stage;

import org.jspecify.annotations.NullMarked;
