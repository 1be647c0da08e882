package io.github.arc4j.vault;

import io.github.arc4j.actions.wire.PrivateKeys;
import io.github.arc4j.vault.VaultException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.util.Base64;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate and RSA key with which an application authenticates. */
record ClientCertificate(X509Certificate certificate, RSAPrivateKey key) {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");
    /** Far longer than a certificate chain; the path may name any file. */
    private static final int MAX_LENGTH = 64 * 1024;

    /**
     * Reads a PEM file, or a PKCS#12 file without a password. The first certificate is the application's.
     *
     * @throws VaultException with a message that contains nothing of the key
     */
    static ClientCertificate read(Path file) throws VaultException {
        try {
            byte[] bytes = content(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            return text.contains("-----BEGIN ") ? fromPem(text) : fromPkcs12(bytes);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
            throw new VaultException(
                    Reason.INVALID_CONFIGURATION,
                    "Azure Key Vault: %s holds no certificate with its RSA key, in PEM or in PKCS#12 without a password"
                            .formatted(file),
                    e);
        }
    }

    /** Regular files only: reading a device or a pipe may never end, or never start. */
    private static byte[] content(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_LENGTH + 1);
            if (bytes.length > MAX_LENGTH) {
                throw new IOException("too long");
            }
            return bytes;
        }
    }

    private static ClientCertificate fromPem(String text) throws GeneralSecurityException {
        Matcher certificate = CERTIFICATE.matcher(text);
        if (!certificate.find()) {
            throw new GeneralSecurityException("a block is missing");
        }
        byte[] der = Base64.getMimeDecoder().decode(certificate.group(1));
        return new ClientCertificate(
                (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)),
                PrivateKeys.parse(text));
    }

    private static ClientCertificate fromPkcs12(byte[] bytes) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), new char[0]);
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, new char[0]) instanceof PrivateKey key) {
                return new ClientCertificate(
                        (X509Certificate) store.getCertificate(alias), PrivateKeys.checked((RSAPrivateKey) key));
            }
        }
        throw new GeneralSecurityException("no key");
    }

    @Override
    public String toString() {
        return "ClientCertificate[" + certificate.getSubjectX500Principal() + "]";
    }
}
