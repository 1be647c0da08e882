/** The API server that tests work on: the embedded one, or a real one. */
package io.github.arc4j.controller.cluster;
