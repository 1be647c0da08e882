package io.github.arc4j.kube.store;

import java.util.List;

/**
 * A place in the stream of changes of one type.
 *
 * @param version up to which the backlog reaches
 * @param backlog changes that lie before the feed's
 * @param feed to be closed by who asked for it
 */
public record Subscription(long version, List<Change> backlog, ChangeFeed feed) {}
