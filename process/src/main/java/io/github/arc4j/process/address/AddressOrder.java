package io.github.arc4j.process.address;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Moves addresses that could not be connected to behind the other addresses of the same host name. The JDK's HTTP
 * client connects only to the first address of a name, so with one dead address among several, it would fail until that
 * one is repaired. Clients report the name and the port that they could not connect to; the address is the one that was
 * first at that time.
 *
 * <p>The author of a scale set chooses names and ports, and must not be able to move the addresses that others use.
 * Therefore, failures count for their name only, and for port 443 they count more than for others: the order is the same
 * for all ports, because a resolver does not know the port.
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

    private static final int HTTPS = 443;

    private record Choice(InetAddress first, long since) {}

    private final LongSupplier nanoTime;
    private final Map<String, Name> names = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Name> leastRecentlyUsed) {
            return size() > NAMES;
        }
    };

    /** What is known about the addresses of a name. */
    private static final class Name {
        private final Deque<Choice> choices = new ArrayDeque<>();
        private final Map<InetAddress, Long> failures = new HashMap<>();
        /** Whether the failures are those of port 443. Failures of other ports do not count then. */
        private boolean isHttps;

        private void expire(long now) {
            failures.values().removeIf(time -> now - time > MEMORY.toNanos());
            isHttps &= !failures.isEmpty();
        }

        private void remember(Choice choice) {
            if (!choices.isEmpty() && choices.getLast().first().equals(choice.first())) {
                return;
            }
            if (choices.size() == CHOICES) {
                choices.removeFirst();
            }
            choices.addLast(choice);
        }

        private void fail(InetAddress address, boolean withHttps, long now) {
            if (withHttps && !isHttps) {
                failures.clear();
                isHttps = true;
            }
            if (withHttps == isHttps) {
                failures.put(address, now);
            }
        }
    }

    AddressOrder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The addresses of a name, with those that failed at the end; otherwise in the same order. */
    synchronized List<InetAddress> sorted(String name, List<InetAddress> addresses) {
        if (addresses.size() < 2) {
            return addresses;
        }
        long now = nanoTime.getAsLong();
        Name known = names.computeIfAbsent(name, key -> new Name());
        known.expire(now);
        List<InetAddress> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparingLong(address -> {
            Long failure = known.failures.get(address);
            // the address that failed the longest time ago may be the first to work again
            return failure == null ? Long.MIN_VALUE : failure - now;
        }));
        known.remember(new Choice(sorted.getFirst(), now));
        return sorted;
    }

    /**
     * Records that no connection could be established.
     *
     * @param name the host name that was resolved
     * @param port the port to which a connection was attempted
     * @param duration how long the attempt took: the address that was first at its start was in use
     */
    public synchronized void failed(String name, int port, Duration duration) {
        Name known = names.get(name);
        if (known == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        long start = now - duration.toNanos();
        Iterator<Choice> latestFirst = known.choices.descendingIterator();
        while (latestFirst.hasNext()) {
            Choice choice = latestFirst.next();
            if (choice.since() - start <= 0) {
                known.fail(choice.first(), port == HTTPS, now);
                return;
            }
        }
    }
}
