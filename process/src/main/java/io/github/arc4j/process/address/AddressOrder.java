package io.github.arc4j.process.address;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Puts addresses that could not be connected to behind the others of their name. The JDK's HTTP client connects to the
 * first address of a name only, so with one dead address among several it would fail until somebody repairs that one.
 * Clients tell the name that they could not connect to; which address it was follows from what came first at that time.
 */
public final class AddressOrder {
    /** Where {@link AddressOrderProvider} looks, and clients of this process report to. */
    public static final AddressOrder OF_THE_PROCESS = new AddressOrder(System::nanoTime);

    /** After that an address gets another chance. */
    private static final Duration MEMORY = Duration.ofMinutes(10);
    /** The first addresses of a name that are remembered; older ones are of connections that have long failed. */
    private static final int CHOICES = 4;
    /** Names with several addresses; there are a handful. */
    private static final int NAMES = 1000;

    private record Choice(InetAddress first, long since) {}

    private final LongSupplier nanoTime;
    private final Map<String, Deque<Choice>> choices = new HashMap<>();
    private final Map<InetAddress, Long> failures = new HashMap<>();

    AddressOrder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The addresses of a name, those that failed last; otherwise the order stays. */
    synchronized List<InetAddress> sorted(String name, List<InetAddress> addresses) {
        if (addresses.size() < 2) {
            return addresses;
        }
        long now = nanoTime.getAsLong();
        failures.values().removeIf(time -> now - time > MEMORY.toNanos());
        List<InetAddress> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparingLong(address -> {
            Long failure = failures.get(address);
            // the one whose failure is the longest ago may be the first to work again
            return failure == null ? Long.MIN_VALUE : failure - now;
        }));
        remember(name, new Choice(sorted.getFirst(), now));
        return sorted;
    }

    private void remember(String name, Choice choice) {
        if (choices.size() >= NAMES) {
            choices.clear();
        }
        Deque<Choice> known = choices.computeIfAbsent(name, key -> new ArrayDeque<>());
        if (!known.isEmpty() && known.getLast().first().equals(choice.first())) {
            return;
        }
        if (known.size() == CHOICES) {
            known.removeFirst();
        }
        known.addLast(choice);
    }

    /**
     * No connection could be made.
     *
     * @param name what was to be resolved
     * @param duration how long the connection was tried: what came first when that began was in use
     */
    public synchronized void failed(String name, Duration duration) {
        Deque<Choice> known = choices.get(name);
        if (known == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        long start = now - duration.toNanos();
        Iterator<Choice> latestFirst = known.descendingIterator();
        while (latestFirst.hasNext()) {
            Choice choice = latestFirst.next();
            if (choice.since() - start <= 0) {
                failures.put(choice.first(), now);
                return;
            }
        }
    }
}
