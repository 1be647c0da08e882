/**
 * Features of proxies that the JDK's HTTP client lacks: exceptions by Go's rules, TLS to the proxy, credentials for
 * tunnels.
 */
@NullMarked
package io.github.arc4j.actions.internal.proxy;

import org.jspecify.annotations.NullMarked;
