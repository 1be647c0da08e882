package io.github.arc4j.simulator.service;

/** A runner group; each scope has the same ones. */
public record RunnerGroup(int id, String name) {
    public boolean isDefault() {
        return id == 1;
    }
}
