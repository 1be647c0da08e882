/** The account of what becomes of each job: collected from events, printed as it happens, and summed up at the end. */
@NullMarked
package io.github.arc4j.demo.account;

import org.jspecify.annotations.NullMarked;
