/** The history of each job: collected from events, printed as it happens, and summarized at the end. */
@NullMarked
package io.github.arc4j.demo.account;

import org.jspecify.annotations.NullMarked;
