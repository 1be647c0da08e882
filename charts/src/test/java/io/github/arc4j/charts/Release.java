package io.github.arc4j.charts;

/** What a chart is rendered for, besides its values. */
record Release(String name, String namespace, String kubeVersion) {

    static final Release DEFAULT = new Release("demo", "ci", "1.34.2");
}
