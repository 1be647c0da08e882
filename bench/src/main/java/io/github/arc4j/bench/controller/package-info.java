/**
 * The resource usage of the controller alone: the controller process, with an API server, nodes and a simulated GitHub
 * in the benchmark's process.
 */
@NullMarked
package io.github.arc4j.bench.controller;

import org.jspecify.annotations.NullMarked;
