/**
 * The storage of an API server, without HTTP: objects with a shared version counter, the rules of creation, update,
 * patch and deletion, selectors, and the changes that feed watches. Objects are immutable outside of this package.
 */
@NullMarked
package io.github.arc4j.kube.store;

import org.jspecify.annotations.NullMarked;
