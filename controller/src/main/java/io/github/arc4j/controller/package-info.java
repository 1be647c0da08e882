/**
 * The controller process: reads flags and environment, connects to the API server, and has the manager run the four
 * reconcilers.
 */
@NullMarked
package io.github.arc4j.controller;

import org.jspecify.annotations.NullMarked;
