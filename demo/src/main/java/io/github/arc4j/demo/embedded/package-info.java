/** The stage in this process: an embedded API server, and as code in its pods the real listener and a stand-in for the runner. */
@NullMarked
package io.github.arc4j.demo.embedded;

import org.jspecify.annotations.NullMarked;
