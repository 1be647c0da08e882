/** Status conditions and the Events about their changes. */
@NullMarked
package io.github.arc4j.controller.kube.conditions;

import org.jspecify.annotations.NullMarked;
