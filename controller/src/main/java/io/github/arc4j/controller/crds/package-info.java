/** The installed CustomResourceDefinitions: upgrades them, and detects outdated ones. */
@NullMarked
package io.github.arc4j.controller.crds;

import org.jspecify.annotations.NullMarked;
