/** The objects of a cluster, read once. Everything else in the tool is a pure function of them. */
@NullMarked
package io.github.arc4j.cli.cluster;

import org.jspecify.annotations.NullMarked;
