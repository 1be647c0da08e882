/** Tests of the whole system, and of how its modules hang together. */
package io.github.arc4j.e2e;
