/** Leader election: of several processes, one at a time holds a Lease and reconciles. */
@NullMarked
package io.github.arc4j.runtime.leader;

import org.jspecify.annotations.NullMarked;
