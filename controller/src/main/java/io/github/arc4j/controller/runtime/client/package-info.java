/** The connection to the API server: limits that follow the server's answers, and what is measured about it. */
@NullMarked
package io.github.arc4j.controller.runtime.client;

import org.jspecify.annotations.NullMarked;
