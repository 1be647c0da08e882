package io.github.arc4j.actions.internal.tls;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose peer keeps asking for replies after the handshake, such as new keys. The JDK's HTTP client
 * queues these replies without a limit if the peer does not read them.
 */
final class LimitedEngine extends SSLEngine {
    /** Usually 1, when the connection is closed. A JDK renews its keys after 128 GiB. */
    private static final int MAX_REPLIES = 100;

    private final SSLEngine unlimited;
    private final AtomicInteger replies = new AtomicInteger();
    private volatile boolean connected;

    LimitedEngine(SSLEngine unlimited) {
        super(unlimited.getPeerHost(), unlimited.getPeerPort());
        this.unlimited = unlimited;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) throws SSLException {
        boolean isReply = connected;
        SSLEngineResult result = observed(unlimited.wrap(from, offset, length, to));
        if (isReply
                && result.bytesConsumed() == 0
                && result.bytesProduced() > 0
                && replies.incrementAndGet() > MAX_REPLIES) {
            throw new SSLException("the server asked for more than " + MAX_REPLIES + " replies after the handshake");
        }
        return result;
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length) throws SSLException {
        return observed(unlimited.unwrap(from, to, offset, length));
    }

    private SSLEngineResult observed(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            connected = true;
        }
        return result;
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return unlimited.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        unlimited.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return unlimited.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        unlimited.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return unlimited.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return unlimited.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return unlimited.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        unlimited.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return unlimited.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return unlimited.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        unlimited.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return unlimited.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return unlimited.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        unlimited.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return unlimited.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean client) {
        unlimited.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return unlimited.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        unlimited.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return unlimited.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        unlimited.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return unlimited.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        unlimited.setEnableSessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return unlimited.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return unlimited.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        unlimited.setSSLParameters(parameters);
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        return unlimited.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return unlimited.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        unlimited.setHandshakeApplicationProtocolSelector(selector);
    }

    @Override
    public @Nullable BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return unlimited.getHandshakeApplicationProtocolSelector();
    }
}
