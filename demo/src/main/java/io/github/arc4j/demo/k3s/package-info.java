/**
 * The stage on K3s in Docker: charts installed with Helm, the image and the simulator as pods, runner pods with
 * busybox.
 */
@NullMarked
package io.github.arc4j.demo.k3s;

import org.jspecify.annotations.NullMarked;
