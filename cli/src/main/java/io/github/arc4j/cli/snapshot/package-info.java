/** What arc knows of the cluster at one moment: scale sets, the controller, runners, and what they mean for a reader. */
@NullMarked
package io.github.arc4j.cli.snapshot;

import org.jspecify.annotations.NullMarked;
