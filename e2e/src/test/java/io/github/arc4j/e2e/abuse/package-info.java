/** What hostile tenants, jobs and servers try on the running system in a cluster, and what is to be seen of it. */
@NullMarked
package io.github.arc4j.e2e.abuse;

import org.jspecify.annotations.NullMarked;
