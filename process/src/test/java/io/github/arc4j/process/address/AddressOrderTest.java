package io.github.arc4j.process.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressOrderTest {
    private static final String HOST = "github.test";
    private static final int HTTPS = 443;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong();
    private final AddressOrder order = new AddressOrder(now::get);
    private InetAddress first;
    private InetAddress second;
    private InetAddress third;
    private List<InetAddress> all;

    @BeforeEach
    void createAddresses() throws UnknownHostException {
        first = InetAddress.getByName("2001:db8::1");
        second = InetAddress.getByName("192.0.2.2");
        third = InetAddress.getByName("192.0.2.3");
        all = List.of(first, second, third);
    }

    @Test
    void theJdkFindsTheProvider() {
        assertThat(ServiceLoader.load(InetAddressResolverProvider.class).findFirst())
                .containsInstanceOf(AddressOrderProvider.class);
    }

    private List<InetAddress> lookUp() {
        return order.sorted(HOST, all);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void theOrderStaysUntilAConnectionFails() {
        assertThat(lookUp()).isEqualTo(all);
        order.failed("other.test", HTTPS, Duration.ZERO);
        assertThat(lookUp()).isEqualTo(all);
    }

    @Test
    void whatCameFirstGoesBehindTheOthersWhenItFails() {
        lookUp();
        order.failed(HOST, HTTPS, Duration.ZERO);
        assertThat(lookUp()).containsExactly(second, third, first);
        order.failed(HOST, HTTPS, Duration.ZERO);
        assertThat(lookUp()).containsExactly(third, first, second);
    }

    @Test
    void theOldestFailureIsTriedFirstWhenAllHaveFailed() {
        for (int i = 0; i < 3; i++) {
            lookUp();
            order.failed(HOST, HTTPS, Duration.ZERO);
            pass(Duration.ofSeconds(1));
        }
        assertThat(lookUp()).containsExactly(first, second, third);
    }

    @Test
    void connectionsThatWereTriedForLongBlameTheAddressOfTheirTime() {
        lookUp();
        pass(CONNECT_TIMEOUT);
        order.failed(HOST, HTTPS, CONNECT_TIMEOUT);
        lookUp();
        pass(Duration.ofSeconds(1));
        order.failed(HOST, HTTPS, CONNECT_TIMEOUT);
        assertThat(lookUp()).containsExactly(second, third, first);
    }

    @Test
    void anAddressGetsAnotherChance() {
        lookUp();
        order.failed(HOST, HTTPS, Duration.ZERO);
        pass(Duration.ofMinutes(11));
        assertThat(lookUp()).isEqualTo(all);
    }

    @Test
    void aSingleAddressStays() {
        assertThat(order.sorted(HOST, List.of(first))).containsExactly(first);
        order.failed(HOST, HTTPS, Duration.ZERO);
        assertThat(order.sorted(HOST, List.of(first))).containsExactly(first);
    }

    @Test
    void namesAreToldApart() {
        lookUp();
        order.sorted("other.test", List.of(second, third));
        order.failed("other.test", HTTPS, Duration.ZERO);
        assertThat(lookUp()).containsExactly(first, second, third);
        assertThat(order.sorted("other.test", all)).containsExactly(first, third, second);
    }

    /** Whoever creates a scale set chooses the port. */
    @Test
    void anotherPortDoesNotBringAnAddressBackThatFailed() {
        lookUp();
        order.failed(HOST, HTTPS, Duration.ZERO);
        for (int i = 0; i < 5; i++) {
            assertThat(lookUp()).containsExactly(second, third, first);
            pass(Duration.ofSeconds(1));
            order.failed(HOST, 1, Duration.ZERO);
        }
    }

    @Test
    void failuresOfAnotherPortAreForgottenWhenHttpsFails() {
        lookUp();
        order.failed(HOST, 1, Duration.ZERO);
        assertThat(lookUp()).containsExactly(second, third, first);
        order.failed(HOST, HTTPS, Duration.ZERO);
        assertThat(lookUp()).containsExactly(first, third, second);
    }

    @Test
    void manyNamesDoNotDisplaceOneInUse() {
        lookUp();
        order.failed(HOST, HTTPS, Duration.ZERO);
        for (int i = 0; i < 2000; i++) {
            order.sorted(i + ".test", all);
            assertThat(lookUp()).containsExactly(second, third, first);
        }
    }
}
