package io.github.arc4j.actions.internal.proxy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The targets that bypass the proxy, by the rules of Go's {@code httpproxy}. */
public final class NoProxy {
    private record Target(String host, int port, @Nullable InetAddress address) {}

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    /** Not 256.1.1.1, for example: the JDK would resolve it as a name. */
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]+");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

    private final List<Predicate<Target>> rules = new ArrayList<>();

    private NoProxy() {}

    /** Parses a comma-separated list; invalid entries are ignored. */
    public static NoProxy parse(String list) {
        NoProxy noProxy = new NoProxy();
        for (String entry : list.split(",", -1)) {
            String rule = entry.strip().toLowerCase(Locale.ROOT);
            if (!rule.isEmpty()) {
                noProxy.add(rule);
            }
        }
        return noProxy;
    }

    public boolean matches(URI uri) {
        String host = stripBrackets(uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT));
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        @Nullable InetAddress address = address(host);
        if (host.equals("localhost") || (address != null && address.isLoopbackAddress())) {
            return true;
        }
        Target target = new Target(host, port, address);
        return rules.stream().anyMatch(rule -> rule.test(target));
    }

    private void add(String rule) {
        if (rule.equals("*")) {
            rules.add(target -> true);
            return;
        }
        int slash = rule.indexOf('/');
        if (slash >= 0) {
            addRange(rule.substring(0, slash), rule.substring(slash + 1));
            return;
        }
        String host = rule;
        int port = 0;
        int colon = rule.lastIndexOf(':');
        if (colon >= 0 && address(stripBrackets(rule)) == null) {
            host = rule.substring(0, colon);
            port = number(rule.substring(colon + 1));
        }
        host = stripBrackets(host);
        if (host.isEmpty() || port < 0) {
            return;
        }
        @Nullable InetAddress address = address(host);
        if (address != null) {
            addAddress(address, port);
        } else {
            addDomain(host.startsWith("*.") ? host.substring(1) : host, port);
        }
    }

    private void addAddress(InetAddress address, int port) {
        rules.add(target -> address.equals(target.address) && portMatches(port, target));
    }

    private void addDomain(String domain, int port) {
        boolean alsoItself = !domain.startsWith(".");
        String suffix = alsoItself ? "." + domain : domain;
        rules.add(target -> target.address == null
                && (target.host.endsWith(suffix) || (alsoItself && target.host.equals(domain)))
                && portMatches(port, target));
    }

    private void addRange(String network, String prefixLength) {
        @Nullable InetAddress address = address(network);
        int bits = number(prefixLength);
        if (address != null && bits >= 0 && bits <= address.getAddress().length * 8) {
            rules.add(target ->
                    target.address != null && samePrefix(target.address.getAddress(), address.getAddress(), bits));
        }
    }

    private static boolean portMatches(int port, Target target) {
        return port == 0 || port == target.port;
    }

    private static boolean samePrefix(byte[] left, byte[] right, int bits) {
        if (left.length != right.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Parses a literal IP address, null for a name; never queries DNS. */
    private static @Nullable InetAddress address(String host) {
        boolean digits = IPV4.matcher(host).matches()
                || (host.indexOf(':') != host.lastIndexOf(':')
                        && IPV6.matcher(host).matches());
        if (!digits) {
            return null;
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String stripBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static int number(String digits) {
        return NUMBER.matcher(digits).matches() ? Integer.parseInt(digits) : -1;
    }
}
