/**
 * The demo: jobs are queued at a simulated GitHub and run to completion by the real controller and listener, on an
 * embedded cluster or on K3s, while the terminal shows the progress of each job.
 */
@NullMarked
package io.github.arc4j.demo;

import org.jspecify.annotations.NullMarked;
