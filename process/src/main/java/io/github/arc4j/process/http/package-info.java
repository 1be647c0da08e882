/**
 * A small HTTP server for probes, metrics and the web console, which limits the connections and the time of its
 * clients.
 */
@NullMarked
package io.github.arc4j.process.http;

import org.jspecify.annotations.NullMarked;
