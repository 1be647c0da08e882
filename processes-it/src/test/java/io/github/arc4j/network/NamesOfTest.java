package io.github.arc4j.network;

import io.github.arc4j.process.address.AddressOrderProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Resolves a name to addresses defined by a test, beneath the processes' own resolver. The JDK finds this provider
 * first, because tests are first on the class path; the JDK's hosts file property would bypass other resolvers.
 */
public final class NamesOfTest extends InetAddressResolverProvider {
    /** System property with the name and its addresses, separated by commas. */
    static final String PROPERTY = "e2e.addresses";

    /** Called by the JDK, which loads this class as a service. */
    public NamesOfTest() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        String[] words = System.getProperty(PROPERTY, "").split(",");
        InetAddressResolver builtin = configuration.builtinResolver();
        return AddressOrderProvider.sorting(words.length < 2 ? builtin : new Names(words, builtin));
    }

    @Override
    public String name() {
        return "test";
    }

    private record Names(String[] words, InetAddressResolver others) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            if (!host.equals(words[0])) {
                return others.lookupByName(host, policy);
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (String literal : Arrays.asList(words).subList(1, words.length)) {
                addresses.add(InetAddress.getByAddress(
                        host, InetAddress.ofLiteral(literal).getAddress()));
            }
            return addresses.stream();
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return others.lookupByAddress(address);
        }
    }
}
