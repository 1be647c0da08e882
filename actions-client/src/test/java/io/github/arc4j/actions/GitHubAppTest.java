package io.github.arc4j.actions;

import static io.github.arc4j.actions.FakeGitHub.AGENTS;
import static io.github.arc4j.actions.FakeGitHub.REGISTRATION_TOKEN;
import static io.github.arc4j.actions.FakeGitHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.arc4j.actions.Clients.TestClock;
import io.github.arc4j.actions.Clients.Waits;
import io.github.arc4j.actions.FakeGitHub.Seen;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubAppTest {
    private static final String ACCESS_TOKENS = "/api/v3/app/installations/42/access_tokens";
    private static final KeyPair KEYS = keys(2048);

    /** To find such primes takes many seconds. */
    private static final String[] PRIMES_OF_2048_BITS = {
        "e07d0f13a447fac7adbb23b8c489b0a754f34b9b6b99361fc88880f77d65959f6c8a1eb0ed3120e30747d3fb8637b0ab"
                + "8c9f683ac7ee2bddc53ded7c529a2086fa768004c9978e66ea3a497604253e35d728480747ecc482a29f8e9d9ff21519"
                + "44efe6237de09f14ab949a08f65e33a1ad4ed71d4865762a16411e5a9c34905c67739883d969a88a0535bfc1bc3e99bd"
                + "bf3f37807f39508b2928738248667d341fda29149314450d7bf4cac17c588d26c691769d0d8cde0276003658b1f2c655"
                + "17b03c1337a3ea630a0fcb8490e5c3147a27011d226fe68a4cf477a598affa2c154c39555ebd75eedb08775bb01ad7fa"
                + "2ead0ec2c18c6846f1beb49c68bf5d03",
        "bc401e6665a82e18c71e3df8e39d4a966039c816c6892f85a17b229b7cde4119189a1804da3357a636bb112ea2efa394"
                + "c9e21f910a565a99314f6b276988463c3b00a428e5e59cd5040f6c02347078f7d3dd92f7d89f4f8a243f968f5820728d"
                + "ab49d1714003f9c6d25daa04954c69441ee65d34d482f0b1353f6f7f7e222d27be3e1a0c6e40e55a702033861d4feda8"
                + "8ff0befd47e27ff6ba012cf42023da9a61a276bd5b25116827a989b8a30cf41581626b52a8ae56dd707ccd83ddcc3109"
                + "f27f4748d60e91f8d57f86e3e5102f1cf1c76761276b1d84896b2c7ec4160b233dfc06ae3487416bae1e3e0f715fbb44"
                + "0ea1627ad6b7cda025e6016dbf56187d"
    };

    private final FakeGitHub github = new FakeGitHub();

    @BeforeEach
    void start() {
        github.on("POST", ACCESS_TOKENS, json(201, "{\"token\":\"installation\"}"))
                .service("GET", AGENTS + "/5", json(200, "{\"id\":5}"));
    }

    @AfterEach
    void stop() {
        github.close();
    }

    @Test
    void getsAnInstallationTokenForTheRegistration() throws Exception {
        call(pkcs8(KEYS), Clock.systemUTC());

        Seen token = github.only("POST", "/access_tokens");
        assertThat(token.body()).isEmpty();
        assertThat(token.header("Content-Type")).isEqualTo("application/vnd.github+json");
        assertThat(github.only("POST", REGISTRATION_TOKEN).header("Authorization"))
                .isEqualTo("Bearer installation");
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2048, 4096})
    void signsWithAKeyInEitherForm(int bits) throws Exception {
        KeyPair keys = switch (bits) {
            case 2048 -> KEYS;
            case 4096 -> largeKeys();
            default -> keys(bits);
        };
        call(pkcs8(keys), Clock.systemUTC());
        call(pkcs1(keys), Clock.systemUTC());
        call("text before\n" + pkcs1(keys).replace("\n", "\r\n") + "\ntext after", Clock.systemUTC());

        assertThat(github.requests("POST", "/access_tokens"))
                .hasSize(3)
                .allSatisfy(seen -> assertThat(isSignedBy(jwt(seen), keys)).isTrue());
    }

    @Test
    void issuesTheTokenAMinuteInThePastForNineMinutes() throws Exception {
        Instant before = Instant.now();
        call(pkcs8(KEYS), Clock.systemUTC());

        String[] parts = jwt(github.only("POST", "/access_tokens")).split("\\.", -1);
        assertThat(decode(parts[0])).isEqualTo("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
        JsonNode claims = new ObjectMapper().readTree(decode(parts[1]));
        assertThat(claims.get("iss").isTextual()).isTrue();
        assertThat(claims.get("iss").asText()).isEqualTo("Iv1.abc");
        assertThat(claims.get("iat").asLong())
                .isBetween(before.getEpochSecond() - 61, Instant.now().getEpochSecond() - 59);
        assertThat(claims.get("exp").asLong()).isEqualTo(claims.get("iat").asLong() + 540);
    }

    @Test
    void learnsGitHubsTimeWhenTheTokenIsRejectedForAWrongClock() throws Exception {
        github.on(
                "POST",
                ACCESS_TOKENS,
                json(401, "{\"message\":\"'Issued at' claim ('iat') must be an Integer\"}"),
                json(201, "{\"token\":\"installation\"}"));

        call(pkcs8(KEYS), new TestClock(Instant.now().plus(Duration.ofMinutes(30))));

        Seen second = github.requests("POST", "/access_tokens").get(1);
        JsonNode claims = new ObjectMapper().readTree(decode(jwt(second).split("\\.", -1)[1]));
        assertThat(claims.get("iat").asLong()).isLessThan(Instant.now().getEpochSecond());
    }

    @Test
    void doesNotAskAgainWhenTheClockIsRight() {
        github.on("POST", ACCESS_TOKENS, json(401, "{\"message\":\"Bad credentials\"}"));

        assertThatThrownBy(() -> call(pkcs8(KEYS), Clock.systemUTC()))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("failed to get access token for GitHub App auth (401 Unauthorized)");
        assertThat(github.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "geheim",
                "-----BEGIN RSA PRIVATE KEY-----\nZ2VoZWlt\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nZ2VoZWlt\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nZ2VoZWlt\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nZ2VoZWlt\n-----END EC PRIVATE KEY-----"
            })
    void rejectsABrokenKeyWithoutShowingIt(String key) {
        assertThatThrownBy(() -> call(key, Clock.systemUTC()))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageStartingWith("failed to parse RSA private key from PEM: ")
                .message()
                .doesNotContain("geheim", "Z2VoZWlt");
        assertThat(github.requests()).isEmpty();
    }

    @Test
    void aMutatedKeyWorksOrGivesATypedErrorThatDoesNotShowIt() throws Exception {
        Random random = new Random(1);
        List<String> mutated = new ArrayList<>();
        for (String pem : List.of(pkcs8(KEYS), pkcs1(KEYS))) {
            for (int i = 0; i < 150; i++) {
                mutated.add(Mutations.mutate(pem, random));
            }
        }
        byte[] der = KEYS.getPrivate().getEncoded();
        for (int i = 0; i < der.length; i += 8) {
            byte[] changed = der.clone();
            changed[i] = (byte) random.nextInt();
            mutated.add(pem("PRIVATE KEY", changed));
        }
        for (String key : mutated) {
            try {
                call(key, Clock.systemUTC());
            } catch (ActionsException e) {
                assertThat(e.getMessage())
                        .doesNotContain(key.lines().skip(2).findFirst().orElse("-----"));
            }
        }
    }

    private void call(String key, Clock clock) throws InterruptedException {
        try (ActionsClient client = ActionsClient.builder(github.config(), () -> new GitHubApp("Iv1.abc", 42, key))
                .clock(clock)
                .sleeper(new Waits()::add)
                .build()) {
            client.getRunner(5);
        }
    }

    private static String jwt(Seen seen) {
        assertThat(seen.header("Authorization")).startsWith("Bearer ");
        return seen.header("Authorization").substring("Bearer ".length());
    }

    private static boolean isSignedBy(String jwt, KeyPair keys) {
        int end = jwt.lastIndexOf('.');
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update(jwt.substring(0, end).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(jwt.substring(end + 1)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String decode(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static KeyPair keys(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair largeKeys() throws GeneralSecurityException {
        BigInteger p = new BigInteger(PRIMES_OF_2048_BITS[0], 16);
        BigInteger q = new BigInteger(PRIMES_OF_2048_BITS[1], 16);
        BigInteger ofP = p.subtract(BigInteger.ONE);
        BigInteger ofQ = q.subtract(BigInteger.ONE);
        BigInteger n = p.multiply(q);
        BigInteger e = RSAKeyGenParameterSpec.F4;
        BigInteger d = e.modInverse(ofP.multiply(ofQ));
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(n, e)),
                factory.generatePrivate(
                        new RSAPrivateCrtKeySpec(n, e, d, p, q, d.mod(ofP), d.mod(ofQ), q.modInverse(p))));
    }

    private static String pkcs8(KeyPair keys) {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** PKCS#8 ends with an octet string that holds PKCS#1, which is a sequence with a length of two bytes. */
    private static String pkcs1(KeyPair keys) {
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        int headerSize = 26;
        return pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, headerSize, pkcs8.length));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
