package io.github.arc4j.charts;

/** The input of a rendering apart from the values. */
record Release(String name, String namespace, String kubeVersion) {

    static final Release DEFAULT = new Release("demo", "ci", "1.34.2");
}
