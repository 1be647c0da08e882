package io.github.arc4j.kube.store;

import java.util.List;

/**
 * A position in the stream of changes of one type.
 *
 * @param version last version in the backlog
 * @param backlog changes that precede those of the feed
 * @param feed later changes; the subscriber must close it
 */
public record Subscription(long version, List<Change> backlog, ChangeFeed feed) {}
