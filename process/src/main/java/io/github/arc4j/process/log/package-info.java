/**
 * The log of a process: its level, its format (text or JSON), and the safe rendering of text that comes from GitHub or
 * users.
 */
@NullMarked
package io.github.arc4j.process.log;

import org.jspecify.annotations.NullMarked;
