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
import org.junit.jupiter.params.provider.CsvSource;
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
        numbers = numbers(key.getPrimeP(), key.getPrimeQ());
    }

    /** The numbers of a key, in the order of PKCS#1. */
    private static List<BigInteger> numbers(BigInteger p, BigInteger q) {
        BigInteger exponent = BigInteger.valueOf(65537);
        BigInteger orderP = p.subtract(BigInteger.ONE);
        BigInteger orderQ = q.subtract(BigInteger.ONE);
        BigInteger privateExponent = exponent.modInverse(orderP.multiply(orderQ));
        return List.of(
                BigInteger.ZERO,
                p.multiply(q),
                exponent,
                privateExponent,
                p,
                q,
                privateExponent.mod(orderP),
                privateExponent.mod(orderQ),
                q.modInverse(p));
    }

    @Test
    void parsesAKeyAsGitHubIssuesIt() {
        assertThat(PrivateKeys.parse(pem(numbers)).getModulus()).isEqualTo(numbers.get(MODULUS));
    }

    /** Whoever can write the Secret of a scale set could otherwise occupy the controller's processors for days. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void rejectsAKeyWithAHugeNumber(int position) {
        List<BigInteger> attack = new ArrayList<>(numbers);
        attack.set(position, LONG);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrivateKeys.parse(pem(attack)))
                .withMessageContaining("invalid key");
    }

    @Test
    void rejectsAKeyWhosePrimesAreNotThoseOfItsModulus() {
        List<BigInteger> attack = new ArrayList<>(numbers);
        attack.set(PRIME_P, numbers.get(PRIME_Q));

        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem(attack)));
    }

    /** A signature takes four times as long with it. */
    @Test
    void rejectsAKeyWithoutPrimes() {
        List<BigInteger> attack = new ArrayList<>(numbers);
        for (int position = PRIME_P; position < attack.size(); position++) {
            attack.set(position, BigInteger.ZERO);
        }

        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem(attack)));
    }

    /** The longer one determines the time of a signature. */
    @ParameterizedTest
    @CsvSource({"1024, true", "1016, true", "900, false"})
    void rejectsAKeyWithUnbalancedPrimes(int bits, boolean accepted) {
        BigInteger p = numbers.get(PRIME_P);
        BigInteger q = BigInteger.ONE.shiftLeft(bits - 1).nextProbablePrime();
        String pem = pem(numbers(p, q));

        if (accepted) {
            assertThat(PrivateKeys.parse(pem).getModulus()).isEqualTo(p.multiply(q));
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.parse(pem));
        }
    }

    @Test
    void rejectsAKeyWithALongModulus() {
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
