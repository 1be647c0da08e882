/** The logic of the service, without HTTP: what happens to its state, and the tokens that it issues. */
@NullMarked
package io.github.arc4j.simulator.service;

import org.jspecify.annotations.NullMarked;
