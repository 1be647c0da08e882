/** Checks of the objects in the cluster: controller, CRDs, roles, quotas, images and scale sets. */
@NullMarked
package io.github.arc4j.cli.doctor.cluster;

import org.jspecify.annotations.NullMarked;
