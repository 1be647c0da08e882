package io.github.arc4j.cli;

import io.github.arc4j.cli.cluster.Cluster;
import io.github.arc4j.cli.cluster.Selection;

/** Connects to clusters. */
@FunctionalInterface
interface Clusters {
    Cluster connect(Selection selection);
}
