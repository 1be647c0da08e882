/**
 * The stage in this process: an embedded API server whose pods run the real listener and a simulated runner as code.
 */
@NullMarked
package io.github.arc4j.demo.embedded;

import org.jspecify.annotations.NullMarked;
