/**
 * The log of a process: its level, its format (text or JSON), and the safe rendering of texts that come from GitHub or
 * users.
 */
@NullMarked
package io.github.arc4j.process.log;

import org.jspecify.annotations.NullMarked;
