/** The generic controllers of every cluster: the garbage collector and the namespace controller. */
@NullMarked
package io.github.arc4j.kube.controllers;

import org.jspecify.annotations.NullMarked;
