package io.github.arc4j.controller.runtime.watch;

import io.github.arc4j.controller.runtime.Request;
import java.util.List;
import java.util.Set;

/**
 * All objects at one moment.
 *
 * @param objects the objects
 * @param unreadable the names of those that cannot be read
 * @param resourceVersion where a watch has to start in order to miss nothing
 */
record Listing<T>(List<T> objects, Set<Request> unreadable, String resourceVersion) {}
