/** Tests of the whole system, and of the dependencies between its modules. */
package io.github.arc4j.e2e;
