/**
 * The wire: GitHub's REST calls, the Actions service's calls, the runner call and the admin API, each as small handlers behind one router,
 * and the checks of what clients send.
 */
@NullMarked
package io.github.arc4j.simulator.http;

import org.jspecify.annotations.NullMarked;
