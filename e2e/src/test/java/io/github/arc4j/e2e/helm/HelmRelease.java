package io.github.arc4j.e2e.helm;

/** A release of a chart. */
record HelmRelease(String name, String namespace) {}
