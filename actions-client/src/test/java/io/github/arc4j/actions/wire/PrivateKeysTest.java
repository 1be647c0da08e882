package io.github.arc4j.actions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
    private static final BigInteger LONG = BigInteger.ONE.shiftLeft(800_000).subtract(BigInteger.ONE);
    /** Positions of the numbers in a PKCS#1 key. */
    private static final int MODULUS = 1;

    private static final int PRIME_P = 4;
    private static final int PRIME_Q = 5;

    private static List<BigInteger> numbers;

    @BeforeAll
    static void generate() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        numbers = List.of(
                BigInteger.ZERO,
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
    }

    @Test
    void parsesAKeyAsGitHubIssuesIt() {
        assertThat(PrivateKeys.parse(pem(numbers)).getModulus()).isEqualTo(numbers.get(MODULUS));
    }

    /** Whoever can write the Secret of a scale set could otherwise occupy the controller's processors for days. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void refusesAKeyWithAHugeNumber(int position) {
        List<BigInteger> attack = new ArrayList<>(numbers);
        attack.set(position, LONG);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrivateKeys.parse(pem(attack)))
                .withMessageContaining("invalid key");
    }

    @Test
    void refusesAKeyWhosePrimesAreNotThoseOfItsModulus() {
        List<BigInteger> attack = new ArrayList<>(numbers);
        attack.set(PRIME_P, numbers.get(PRIME_Q));

        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem(attack)));
    }

    /** A signature takes four times as long with it. */
    @Test
    void refusesAKeyWithoutPrimes() {
        List<BigInteger> attack = new ArrayList<>(numbers);
        for (int position = PRIME_P; position < attack.size(); position++) {
            attack.set(position, BigInteger.ZERO);
        }

        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem(attack)));
    }

    @Test
    void refusesAKeyWithALongModulus() {
        List<BigInteger> attack = new ArrayList<>(numbers);
        BigInteger factor = BigInteger.ONE.shiftLeft(8000);
        attack.set(PRIME_P, numbers.get(PRIME_P).multiply(factor));
        attack.set(MODULUS, numbers.get(MODULUS).multiply(factor));

        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem(attack)));
    }

    private static String pem(List<BigInteger> numbers) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        numbers.forEach(number -> content.writeBytes(element(0x02, number.toByteArray())));
        return "-----BEGIN RSA PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(element(0x30, content.toByteArray()))
                + "\n-----END RSA PRIVATE KEY-----\n";
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.write(0x83);
        element.write(content.length >> 16);
        element.write(content.length >> 8);
        element.write(content.length);
        element.writeBytes(content);
        return element.toByteArray();
    }
}
