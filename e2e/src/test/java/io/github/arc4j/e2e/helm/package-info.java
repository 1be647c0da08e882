/** Helm of both majors against real Kubernetes: the life of a release, and the way from the Go system's releases to ours. */
@NullMarked
package io.github.arc4j.e2e.helm;

import org.jspecify.annotations.NullMarked;
