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
 * Moves addresses that could not be connected to behind the other addresses of the same host name. The JDK's HTTP
 * client connects only to the first address of a name, so with one dead address among several, it would fail until that
 * one is repaired. Clients report the name that they could not connect to; the address is the one that was first at
 * that time.
 */
public final class AddressOrder {
    /** The instance that {@link AddressOrderProvider} uses, and to which clients in this process report. */
    public static final AddressOrder OF_THE_PROCESS = new AddressOrder(System::nanoTime);

    /** After this time, an address is tried again. */
    private static final Duration MEMORY = Duration.ofMinutes(10);
    /** Maximum number of first addresses to remember per name; connections to older ones have failed long ago. */
    private static final int CHOICES = 4;
    /** Maximum number of names with several addresses; there are usually a handful. */
    private static final int NAMES = 1000;

    private record Choice(InetAddress first, long since) {}

    private final LongSupplier nanoTime;
    private final Map<String, Deque<Choice>> choices = new HashMap<>();
    private final Map<InetAddress, Long> failures = new HashMap<>();

    AddressOrder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The addresses of a name, with those that failed at the end; otherwise in the same order. */
    synchronized List<InetAddress> sorted(String name, List<InetAddress> addresses) {
        if (addresses.size() < 2) {
            return addresses;
        }
        long now = nanoTime.getAsLong();
        failures.values().removeIf(time -> now - time > MEMORY.toNanos());
        List<InetAddress> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparingLong(address -> {
            Long failure = failures.get(address);
            // the address that failed the longest time ago may be the first to work again
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
     * Records that no connection could be established.
     *
     * @param name the host name that was resolved
     * @param duration how long the attempt took: the address that was first at its start was in use
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
