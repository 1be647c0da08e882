/** Reports as tables for people and as JSON or YAML for programs. */
@NullMarked
package io.github.arc4j.cli.report;

import org.jspecify.annotations.NullMarked;
