package io.github.arc4j.runtime.watch;

import io.github.arc4j.runtime.cache.Request;
import java.util.List;
import java.util.Set;

/**
 * All objects at one point in time.
 *
 * @param unreadable the names of objects that cannot be read
 * @param resourceVersion the version from which a watch must start to miss nothing
 */
record Listing<T>(List<T> objects, Set<Request> unreadable, String resourceVersion) {}
