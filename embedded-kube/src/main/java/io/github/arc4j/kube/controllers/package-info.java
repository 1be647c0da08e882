/** The controllers of every cluster that look after objects in general: the garbage collector and the one that empties namespaces. */
@NullMarked
package io.github.arc4j.kube.controllers;

import org.jspecify.annotations.NullMarked;
