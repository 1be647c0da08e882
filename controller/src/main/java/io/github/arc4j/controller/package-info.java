/**
 * The controller process: reads flags and environment variables, connects to the API server, and runs the four
 * reconcilers.
 */
@NullMarked
package io.github.arc4j.controller;

import org.jspecify.annotations.NullMarked;
