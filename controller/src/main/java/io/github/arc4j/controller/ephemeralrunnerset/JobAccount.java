package io.github.arc4j.controller.ephemeralrunnerset;

import io.fabric8.kubernetes.api.model.Pod;
import io.github.arc4j.api.Annotations;
import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerSet;
import io.github.arc4j.controller.kube.Owners;
import io.github.arc4j.controller.runtime.PerObject;
import io.github.arc4j.controller.runtime.Request;
import io.github.arc4j.controller.runtime.ResourceCache;
import io.github.arc4j.controller.runtime.ResourceVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Relates the listener's wishes to the runners that are there while jobs end. A wish counts the jobs that GitHub takes
 * for unfinished, and with it the listener names the runners whose jobs it does not count any more. Two kinds of runners
 * make a difference:
 *
 * <ul>
 *   <li><i>owed</i> ones have ended, but the wish still counts their jobs: nothing is to be made in their place;
 *   <li><i>spent</i> ones have not ended yet, but the wish does not count their jobs: they take no other.
 * </ul>
 *
 * <p>Kept in memory: after a restart a few idle runners may be made that nobody needs.
 */
final class JobAccount {
    /** The end of a job that the runner's status names is told for sure, however late. */
    private static final Duration PATIENCE_FOR_JOB = Duration.ofMinutes(1);

    /** Without such a name the runner may not have had a job, and the Go listener tells of none. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * What to take into account with the present wish.
     *
     * @param ifUntold after which time to look again, if nothing happens before; null if no runner is owed
     */
    record Balance(int owed, int spent, @Nullable Duration ifUntold) {}

    private record Ended(Instant at, boolean hadJob) {}

    /** The account of one set. Guarded by itself. */
    private static final class Account {
        String told = "";
        Set<String> toldNames = Set.of();
        /** What was told since the latest pass, by which version of the set: a pass may take longer than a name is told. */
        final Map<String, String> heard = new HashMap<>();

        final Map<String, Ended> owed = new HashMap<>();
        final Set<String> spent = new HashSet<>();
    }

    private final ResourceCache<EphemeralRunner> runners;
    private final ResourceCache<Pod> pods;
    private final Predicate<Pod> hasSucceeded;
    private final InstantSource clock;
    private final PerObject<Account> accounts;

    /** @param hasSucceeded whether the runner of a pod ended with success */
    JobAccount(
            ResourceCache<EphemeralRunnerSet> sets,
            ResourceCache<EphemeralRunner> runners,
            ResourceCache<Pod> pods,
            Predicate<Pod> hasSucceeded,
            InstantSource clock) {
        this.runners = runners;
        this.pods = pods;
        this.hasSucceeded = hasSucceeded;
        this.clock = clock;
        this.accounts = new PerObject<>(sets);
        sets.onChange((before, after) -> {
            if (after != null) {
                heard(after);
            }
        });
        runners.derive(this::changed);
    }

    /** The balance for the wish that {@code set} has. */
    Balance balance(EphemeralRunnerSet set) {
        Account account = accounts.computeIfAbsent(set, Account::new);
        synchronized (account) {
            takeNote(account, set);
            if (set.getSpec().patchID() == 0) {
                // An idle set: there is no job to count, and who has none on record has lost its pod and begun anew.
                account.owed.clear();
                account.spent.removeIf(name -> {
                    EphemeralRunner runner = runners.get(runner(set, name));
                    return runner == null || !runner.hasJob();
                });
            }
            Instant now = clock.instant();
            account.owed.values().removeIf(ended -> !now.isBefore(end(account, ended)));
            Duration ifUntold = account.owed.values().stream()
                    .map(ended -> Duration.between(now, end(account, ended)))
                    .min(Duration::compareTo)
                    .orElse(null);
            return new Balance(account.owed.size(), account.spent.size(), ifUntold);
        }
    }

    private static Instant end(Account account, Ended ended) {
        return ended.at().plus(ended.hadJob() && !account.toldNames.isEmpty() ? PATIENCE_FOR_JOB : PATIENCE);
    }

    private void heard(EphemeralRunnerSet set) {
        Account account = accounts.get(set);
        if (account != null) {
            synchronized (account) {
                names(told(set)).stream()
                        .filter(name -> !account.toldNames.contains(name))
                        .forEach(name -> account.heard.putIfAbsent(name, version(set)));
            }
        }
    }

    private void takeNote(Account account, EphemeralRunnerSet set) {
        if (account.heard.isEmpty() && told(set).equals(account.told)) {
            return;
        }
        account.told = told(set);
        Set<String> told = new HashSet<>(names(account.told));
        account.heard.forEach((name, version) -> {
            if (!ResourceVersion.isNewer(version, version(set))) {
                told.add(name);
            }
        });
        account.heard.keySet().removeAll(told);
        for (String name : told) {
            EphemeralRunner runner = runners.get(runner(set, name));
            boolean owed = account.owed.remove(name) != null;
            if (!owed && runner != null && isOf(runner, set) && !runner.isMarkedForDeletion()) {
                account.spent.add(name);
            }
        }
        account.toldNames = told;
    }

    private static String told(EphemeralRunnerSet set) {
        return Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.<String, String>of())
                .getOrDefault(Annotations.COMPLETED_RUNNERS, "");
    }

    private static Set<String> names(String names) {
        return names.isEmpty() ? Set.of() : Set.copyOf(List.of(names.split(",")));
    }

    private static Request runner(EphemeralRunnerSet set, String name) {
        return new Request(set.getMetadata().getNamespace(), name);
    }

    private static String version(EphemeralRunnerSet set) {
        return Objects.requireNonNullElse(set.getMetadata().getResourceVersion(), "");
    }

    private static boolean isOf(EphemeralRunner runner, EphemeralRunnerSet set) {
        return Owners.controllerUid(runner).contains(set.getMetadata().getUid());
    }

    private void changed(@Nullable EphemeralRunner before, @Nullable EphemeralRunner after) {
        if (before == null || before.isMarkedForDeletion() || (after != null && !after.isMarkedForDeletion())) {
            return;
        }
        List<String> set = Owners.controllerUid(before);
        Account account = set.isEmpty() ? null : accounts.get(set.getFirst());
        if (account != null) {
            ended(account, after == null ? before : after);
        }
    }

    private void ended(Account account, EphemeralRunner runner) {
        boolean hadJob = runner.hasJob();
        Pod pod = pods.get(Request.of(runner));
        boolean mayHaveHadJob = hadJob || (pod != null && hasSucceeded.test(pod));
        synchronized (account) {
            boolean spent = account.spent.remove(runner.getMetadata().getName());
            boolean told = account.toldNames.contains(runner.getMetadata().getName());
            if (!spent && !told && mayHaveHadJob) {
                account.owed.put(runner.getMetadata().getName(), new Ended(clock.instant(), hadJob));
            }
        }
    }
}
