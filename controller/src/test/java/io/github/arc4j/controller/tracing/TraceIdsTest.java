package io.github.arc4j.controller.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TraceIdsTest {
    @Test
    void aTraceIsThatOfTheWorkflowRun() {
        // printf '1658821493-1' | md5sum
        assertThat(TraceIds.of(1658821493L, "1").trace()).isEqualTo("ad8b5e88df0cc0a1f31e603388613fc2");
        assertThat(TraceIds.of(1658821493L, "2").trace())
                .isEqualTo(TraceIds.of(1658821493L, "1").trace());
    }

    @Test
    void aSpanIsTheJobsNumber() {
        assertThat(TraceIds.of(1, "258").span()).isEqualTo("0000000000000102");
    }

    @Test
    void otherIdsOfJobsAreHashed() {
        String id = "032e3cdc-612a-4870-b402-c4c1eff5b8c3";
        assertThat(TraceIds.of(1, id).span())
                .hasSize(16)
                .isEqualTo(TraceIds.of(2, id).span())
                .isNotEqualTo(TraceIds.of(1, "0").span());
        assertThat(TraceIds.of(1, "0").span()).isNotEqualTo("0000000000000000");
    }
}
