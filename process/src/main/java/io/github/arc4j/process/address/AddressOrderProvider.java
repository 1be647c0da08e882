package io.github.arc4j.process.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JDK's resolver, with addresses that could not be connected to at the end. The JDK caches resolved addresses, so
 * the launchers limit the cache to one second.
 */
public final class AddressOrderProvider extends InetAddressResolverProvider {
    /** For the JDK, which loads this class as a service. */
    public AddressOrderProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return sorting(configuration.builtinResolver());
    }

    /** Wraps a resolver, and sorts its addresses. */
    public static InetAddressResolver sorting(InetAddressResolver resolver) {
        return new Resolver(resolver);
    }

    @Override
    public String name() {
        return "arc4j";
    }

    private record Resolver(InetAddressResolver resolver) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            try (Stream<InetAddress> found = resolver.lookupByName(host, policy)) {
                List<InetAddress> addresses = found.toList();
                return AddressOrder.OF_THE_PROCESS.sorted(host, addresses).stream();
            }
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return resolver.lookupByAddress(address);
        }
    }
}
