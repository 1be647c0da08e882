/**
 * The Secrets and ConfigMaps that specs refer to: GitHub credentials, proxy credentials, certificates. They are read
 * live and not cached; watches of their resource versions show when objects built from them are out of date.
 */
@NullMarked
package io.github.arc4j.controller.sources;

import org.jspecify.annotations.NullMarked;
