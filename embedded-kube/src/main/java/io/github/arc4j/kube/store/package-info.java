/**
 * What an API server does with objects once HTTP is out of the way: storing them under one version counter, the rules of creation, update, patch and
 * deletion, selectors, and the changes that watches are fed with. Everything outside of this package sees objects that nobody may modify.
 */
@NullMarked
package io.github.arc4j.kube.store;

import org.jspecify.annotations.NullMarked;
