package io.github.arc4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionGateTest {
    @ParameterizedTest
    @CsvSource({
        // as upstream tests it
        "0.11.0, dev, true",
        "dev, 0.11.0, false",
        "0.11.0, NA, false",
        "0.11.0, 1.11.0, false",
        "0.11.0, 0.10.0, false",
        "0.11.1, 0.11.0, true",
        "abc, abc, true",
        // development builds
        "0.11.0, canary-1a2b3c4, true",
        "'', dev, true",
        "'', 0.11.0, false",
        // partial versions
        "0, 0.0.7, true",
        "1.2, 1.2.9, true",
        "1, 1.2.0, false",
        // no versions, though they look like some
        "v0.11.0, 0.11.1, false",
        "0.11.0-rc.1, 0.11.0, false",
        "0.11.0+build, 0.11.0, false",
        "0.011.0, 0.11.0, false",
        "0.11.0.1, 0.11.0, false",
        "0.11., 0.11.0, false",
        "'0.11.0 ', 0.11.0, false",
        "0.1١, 0.1١.0, false",
    })
    void allowsTheSameMinorVersionAndDevelopmentBuilds(String resource, String build, boolean allowed) {
        assertThat(VersionGate.isVersionAllowed(resource, build)).isEqualTo(allowed);
    }
}
