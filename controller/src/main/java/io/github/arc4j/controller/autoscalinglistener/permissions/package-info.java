/** The ServiceAccount, Roles and RoleBindings of a listener. */
@NullMarked
package io.github.arc4j.controller.autoscalinglistener.permissions;

import org.jspecify.annotations.NullMarked;
