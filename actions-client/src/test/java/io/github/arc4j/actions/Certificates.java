package io.github.arc4j.actions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A private certificate authority and a server certificate of it, made with the JDK's keytool. */
final class Certificates {
    static final String PASSWORD = "changeit";

    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
    }

    /** Creates the authority; returns its certificate in PEM. */
    String createAuthority(String name) throws GeneralSecurityException, IOException {
        return createAuthority(name, "bc:c");
    }

    /** @param extension as in keytool's option {@code -ext} */
    String createAuthority(String name, String extension) throws GeneralSecurityException, IOException {
        return createAuthority(name, extension, "EC");
    }

    /**
     * @param extension as in keytool's option {@code -ext}
     * @param algorithm of the key, as in {@code -keyalg}
     */
    String createAuthority(String name, String extension, String algorithm)
            throws GeneralSecurityException, IOException {
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", extension, "-keyalg", algorithm);
        return pem(load().getCertificate(name));
    }

    static String pem(Certificate certificate) throws GeneralSecurityException {
        String encoded = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n";
    }

    /** Creates a server's certificate signed by the authority; returns what a server needs. */
    SSLContext createServer(String authority, String subjectNames) throws GeneralSecurityException, IOException {
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-dname",
                "CN=server",
                "-keyalg",
                "EC",
                "-signer",
                authority,
                "-ext",
                "san=" + subjectNames);
        return serverContext();
    }

    private SSLContext serverContext() throws GeneralSecurityException, IOException {
        KeyStore store = load();
        for (String alias : Collections.list(store.aliases())) {
            if (!alias.equals("server")) {
                store.deleteEntry(alias);
            }
        }
        try (OutputStream out = Files.newOutputStream(serverStore())) {
            store.store(out, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** The file with only the server's key, of type PKCS12. */
    Path serverStore() {
        return directory.resolve("server.p12");
    }

    private Path store() {
        return directory.resolve("keys.p12");
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1"); // halves the time of so short a run
        for (String iterations : List.of("keyPbe", "certPbe", "mac")) { // a quarter of the rest
            command.add("-J-Dkeystore.pkcs12." + iterations + "IterationCount=1");
        }
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store().toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            process.getInputStream().transferTo(out);
            if (process.waitFor() != 0) {
                throw new AssertionError("keytool failed: " + out);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
