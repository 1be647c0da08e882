package io.github.arc4j.controller.autoscalinglistener.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.controller.RuleTables;
import io.github.arc4j.controller.autoscalinglistener.pod.ListenerPodRules.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The verdicts about a listener's pod. */
class ListenerPodRulesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Pod DESIRED = pod("a");

    private static Pod pod(String hash) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("listener")
                .addToAnnotations(Annotations.INTEGRITY_HASH, hash)
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private static Pod deleted(Pod pod, Instant graceEnds) {
        return pod.edit()
                .editMetadata()
                .withDeletionTimestamp(graceEnds.toString())
                .endMetadata()
                .build();
    }

    private static Pod failed(Pod pod) {
        return pod.edit()
                .editStatus()
                .withPhase("Failed")
                .withReason("Evicted")
                .withMessage("low on memory")
                .endStatus()
                .build();
    }

    @Test
    void aDesiredPodIsCreatedOnceAndKeptWhileItMatches() {
        assertThat(ListenerPodRules.decide(null, DESIRED, NOW)).isEqualTo(new Verdict.Create(DESIRED));
        assertThat(ListenerPodRules.decide(pod("a"), DESIRED, NOW)).isEqualTo(new Verdict.Keep());
    }

    @Test
    void aPodThatDiffersIsRecreatedEvenIfItHasEnded() {
        Pod other = failed(pod("b"));
        assertThat(ListenerPodRules.decide(other, DESIRED, NOW)).isEqualTo(new Verdict.RecreateChanged(other));
    }

    @Test
    void aPodWithoutAHashIsRecreated() {
        Pod foreign = pod("a").edit()
                .editMetadata()
                .withAnnotations(null)
                .endMetadata()
                .build();
        assertThat(ListenerPodRules.decide(foreign, DESIRED, NOW)).isEqualTo(new Verdict.RecreateChanged(foreign));
    }

    @Test
    void anEndedPodIsRecreatedAndTheReasonReported() {
        Pod ended = failed(pod("a"));
        assertThat(ListenerPodRules.decide(ended, DESIRED, NOW))
                .isEqualTo(new Verdict.RecreateEnded(ended, "the listener's pod ended: Evicted low on memory"));
    }

    @Test
    void anUndesiredPodIsDeletedWhateverItsState() {
        assertThat(ListenerPodRules.decide(null, null, NOW)).isEqualTo(new Verdict.Keep());
        assertThat(ListenerPodRules.decide(DESIRED, null, NOW)).isEqualTo(new Verdict.Delete(DESIRED));
        Pod ended = failed(DESIRED);
        assertThat(ListenerPodRules.decide(ended, null, NOW)).isEqualTo(new Verdict.Delete(ended));
    }

    @Test
    void aTerminatingPodIsAwaitedUntilThirtySecondsAfterItsGracePeriod() {
        Pod ending = deleted(pod("b"), NOW.minusSeconds(29));
        assertThat(ListenerPodRules.decide(ending, DESIRED, NOW))
                .isEqualTo(new Verdict.AwaitEnd(Duration.ofSeconds(1)));
        assertThat(ListenerPodRules.decide(ending, null, NOW)).isEqualTo(new Verdict.AwaitEnd(Duration.ofSeconds(1)));
        Pod stuck = deleted(pod("b"), NOW.minusSeconds(30));
        assertThat(ListenerPodRules.decide(stuck, DESIRED, NOW)).isEqualTo(new Verdict.DeleteNow(stuck));
        assertThat(ListenerPodRules.decide(stuck, null, NOW)).isEqualTo(new Verdict.DeleteNow(stuck));
    }

    @Test
    void aDeletionWithALongGracePeriodIsShortened() {
        Pod longest = deleted(pod("b"), NOW.plusSeconds(60))
                .edit()
                .editMetadata()
                .withDeletionGracePeriodSeconds(60L)
                .endMetadata()
                .build();
        assertThat(ListenerPodRules.decide(longest, null, NOW)).isEqualTo(new Verdict.AwaitEnd(Duration.ofSeconds(90)));
        Pod longer = longest.edit()
                .editMetadata()
                .withDeletionGracePeriodSeconds(61L)
                .endMetadata()
                .build();
        assertThat(ListenerPodRules.decide(longer, null, NOW)).isEqualTo(new Verdict.ShortenDeletion(longer));
        assertThat(ListenerPodRules.decide(longer, DESIRED, NOW)).isEqualTo(new Verdict.ShortenDeletion(longer));
    }

    @Test
    void theDocumentationHasTheTableOfTheRules() {
        assertThat(RuleTables.ofDocument("troubleshooting.md", "What recreates a listener's pod"))
                .isNotEmpty()
                .containsExactlyElementsOf(RuleTables.ofJavadoc(ListenerPodRules.class));
    }
}
