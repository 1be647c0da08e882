/**
 * What the controller alone costs: its process beside an API server with nodes and a simulated GitHub in the process of
 * the benchmark.
 */
@NullMarked
package io.github.arc4j.bench.controller;

import org.jspecify.annotations.NullMarked;
