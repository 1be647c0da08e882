/**
 * The Secrets and ConfigMaps that specs refer to: credentials, proxies' credentials, certificates. They are read live and
 * not kept; watches of their versions tell when what was made of them is out of date.
 */
@NullMarked
package io.github.arc4j.controller.sources;

import org.jspecify.annotations.NullMarked;
