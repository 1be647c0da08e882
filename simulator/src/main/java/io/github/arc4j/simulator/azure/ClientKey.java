package io.github.arc4j.simulator.azure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A certificate with its key, created with the JDK's keytool, in the file formats that users have.
 *
 * @param certificate the certificate, self-signed
 * @param key the private key
 * @param directory directory for the files
 */
public record ClientKey(X509Certificate certificate, PrivateKey key, Path directory) {
    private static final String PASSWORD = "changeit";

    /**
     * Creates an RSA key.
     *
     * @param directory directory for the files
     * @return the key
     * @throws IOException if keytool fails, or the directory cannot be written
     * @throws InterruptedException if the thread is interrupted
     * @throws GeneralSecurityException if this JDK does not support the key
     */
    public static ClientKey create(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        return create(directory, "RSA");
    }

    /**
     * Creates a key.
     *
     * @param directory directory for the files
     * @param algorithm algorithm of the key, such as {@code EC}
     * @return the key
     * @throws IOException if keytool fails, or the directory cannot be written
     * @throws InterruptedException if the thread is interrupted
     * @throws GeneralSecurityException if this JDK does not support the key
     */
    public static ClientKey create(Path directory, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("key-" + System.nanoTime() + ".p12");
        List<String> command = Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1", // halves the duration of such a short run
                        "-genkeypair -alias key -dname CN=app -validity 10 -storepass " + PASSWORD + " -keyalg",
                        algorithm.equals("RSA") ? "RSA -keysize 2048" : algorithm,
                        "-keystore",
                        store.toString())
                .flatMap(word -> Arrays.stream(word.split(" ")))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        byte[] certificate = keys.getCertificate("key").getEncoded();
        return new ClientKey(
                (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate)),
                (PrivateKey) Objects.requireNonNull(keys.getKey("key", PASSWORD.toCharArray())),
                directory);
    }

    /**
     * Writes a PEM file with the PKCS#8 key and the certificate.
     *
     * @return the file, in the directory of this key
     * @throws IOException if the directory cannot be written
     * @throws GeneralSecurityException if this JDK does not support the format
     */
    public Path pem() throws IOException, GeneralSecurityException {
        return write(block("PRIVATE KEY", key.getEncoded()) + block("CERTIFICATE", certificate.getEncoded()));
    }

    /**
     * Writes a PEM file with the certificate and a PKCS#1 key, as {@code openssl rsa -traditional} does.
     *
     * @return the file, in the directory of this key
     * @throws IOException if the directory cannot be written
     * @throws GeneralSecurityException if this JDK does not support the format
     */
    public Path pemOfPkcs1() throws IOException, GeneralSecurityException {
        byte[] pkcs8 = key.getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        return write(block("CERTIFICATE", certificate.getEncoded()) + block("RSA PRIVATE KEY", pkcs1));
    }

    /**
     * Writes a PKCS#12 file without a password.
     *
     * @return the file, in the directory of this key
     * @throws IOException if the directory cannot be written
     * @throws GeneralSecurityException if this JDK does not support the format
     */
    public Path pkcs12() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("app", key, new char[0], new X509Certificate[] {certificate});
        Path file = directory.resolve("certificate-" + System.nanoTime() + ".pfx");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, new char[0]);
        }
        return file;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("certificate-" + System.nanoTime() + ".pem"), text);
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
    }
}
