package io.github.arc4j.simulator.service.state;

/** A runner group. All scopes have the same runner groups. */
public record RunnerGroup(int id, String name) {
    public boolean isDefault() {
        return id == 1;
    }
}
