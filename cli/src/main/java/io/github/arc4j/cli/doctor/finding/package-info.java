/** What a check is, and what it finds. */
@NullMarked
package io.github.arc4j.cli.doctor.finding;

import org.jspecify.annotations.NullMarked;
