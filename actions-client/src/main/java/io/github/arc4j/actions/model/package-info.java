/**
 * The objects of the Actions service: scale sets with their settings and statistics, runner groups, runners and their
 * just-in-time configurations. In records read from the service, a missing string is empty, a missing number is 0 and
 * a missing list is empty.
 */
@NullMarked
package io.github.arc4j.actions.model;

import org.jspecify.annotations.NullMarked;
