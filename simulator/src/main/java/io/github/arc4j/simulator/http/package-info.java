/**
 * The wire protocol: the endpoints of GitHub's REST API, the Actions service, the runner call and the admin API, as
 * small handlers behind one router, and the checks of requests.
 */
@NullMarked
package io.github.arc4j.simulator.http;

import org.jspecify.annotations.NullMarked;
