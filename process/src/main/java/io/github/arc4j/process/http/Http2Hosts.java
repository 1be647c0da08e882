package io.github.arc4j.process.http;

import java.util.Locale;
import java.util.function.Predicate;

/**
 * The hosts with which HTTP/2 is used: GitHub's own, if only the operator chooses which certificate authorities are
 * trusted. The JDK's HTTP/2 client queues its replies to a server that does not read them, such as those to pings,
 * without a limit. The authors of scale sets choose the other servers, or the authority for any, for a process that
 * serves other tenants, too.
 */
public final class Http2Hosts implements Predicate<String> {
    /** System property with another host. */
    private static final String OTHER = "arc4j.http2Host";

    private static final String[] DOMAINS = {".github.com", ".ghe.com", ".actions.githubusercontent.com"};

    private final boolean none;

    /** @param rootCertificates the authorities that the author of a scale set chose; empty for those of the operator */
    public Http2Hosts(String rootCertificates) {
        none = !rootCertificates.isEmpty();
    }

    @Override
    public boolean test(String host) {
        if (none) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        for (String domain : DOMAINS) {
            if (name.endsWith(domain)) {
                return true;
            }
        }
        return name.equals("github.com") || name.equals(System.getProperty(OTHER));
    }
}
