package io.github.arc4j.actions.internal.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts certificates that any of several groups of certificate authorities vouches for. A group is read only when
 * needed.
 */
public final class AlternativeRoots extends X509ExtendedTrustManager implements Roots {
    /** The certificate authorities of the JDK only. */
    public static final AlternativeRoots JDK = new AlternativeRoots(List.of(Roots.JDK));

    /**
     * More than the seven days for which TLS 1.3 allows a ticket to be valid: with such a timeout, the JDK discards all
     * tickets for the resumption of sessions. It would keep each ticket as long as the connection, and a server can send
     * any number of them.
     */
    private static final int WITHOUT_TICKETS_SECONDS = (int) Duration.ofDays(8).toSeconds();

    private static final int MAX_SESSIONS = 100;

    private final List<Roots> alternatives;
    private @Nullable SSLContext context;

    /** @param alternatives the groups in the order in which they are consulted */
    public AlternativeRoots(List<Roots> alternatives) {
        this.alternatives = List.copyOf(alternatives);
    }

    /** Returns these groups with another group before them. */
    AlternativeRoots after(Roots first) {
        return new AlternativeRoots(
                Stream.concat(Stream.of(first), alternatives.stream()).toList());
    }

    /**
     * Returns the TLS context that trusts these authorities, the same on each call; for those of the JDK, the process's
     * default context.
     */
    public synchronized SSLContext context() {
        if (context == null) {
            try {
                context = this == JDK ? SSLContext.getDefault() : contextOfThese();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot set up TLS", e);
            }
        }
        return context;
    }

    private SSLContext contextOfThese() throws GeneralSecurityException {
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(null, new TrustManager[] {this}, null);
        made.getClientSessionContext().setSessionTimeout(WITHOUT_TICKETS_SECONDS);
        made.getClientSessionContext().setSessionCacheSize(MAX_SESSIONS);
        return new LimitedContext(made);
    }

    @Override
    public void examine(Check check) throws CertificateException {
        @Nullable CertificateException rejection = null;
        for (Roots roots : alternatives) {
            try {
                roots.examine(check);
                return;
            } catch (CertificateException e) {
                // A known authority's certificate for another host is a more useful error than an unknown authority.
                if (rejection == null || isOfUnknownAuthority(rejection) && !isOfUnknownAuthority(e)) {
                    rejection = e;
                }
            }
        }
        throw rejection == null ? new CertificateException("no certificate authority is trusted") : rejection;
    }

    private void examine(X509Certificate[] chain, Check check) throws CertificateException {
        ChainLimits.check(chain);
        examine(check);
    }

    private static boolean isOfUnknownAuthority(CertificateException rejection) {
        for (Throwable t = rejection; t != null; t = t.getCause()) {
            if (t instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        examine(chain, manager -> manager.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        examine(chain, manager -> manager.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        examine(chain, manager -> manager.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        examine(chain, manager -> manager.checkClientTrusted(chain, type, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        examine(chain, manager -> manager.checkClientTrusted(chain, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        examine(chain, manager -> manager.checkClientTrusted(chain, type));
    }

    /**
     * Returns no issuers, which the interface permits: returning them would require reading all groups for a result
     * that clients do not need.
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
