/**
 * What the web console shows, computed from the caches: the fleet, problems and their causes, the timeline of jobs, and
 * waiting times.
 */
@NullMarked
package io.github.arc4j.controller.console.model;

import org.jspecify.annotations.NullMarked;
