package io.github.arc4j.actions;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A client of one config URL. */
public final class ActionsClient implements ScaleSetApi, AutoCloseable {
    private ActionsClient(Builder builder) {}

    /** A builder. */
    public static Builder builder(ConfigUrl url, CredentialsSource credentials) {
        return new Builder(url, credentials);
    }

    /** The same client, with its connections and tokens, under another user agent. */
    public ScaleSetApi withUserAgent(UserAgent userAgent) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerGroup getRunnerGroup(String name) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> findScaleSet(int runnerGroupId, String name) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<RunnerScaleSet> getScaleSet(int id) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet createScaleSet(RunnerScaleSet scaleSet) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public RunnerScaleSet updateScaleSet(int id, RunnerScaleSet changes) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteScaleSet(int id) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public JitConfig generateJitConfig(int scaleSetId, String runnerName, String workFolder)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Runner> getRunner(long id) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Runner> findRunner(String name) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeRunner(long id) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public MessageSession openSession(int scaleSetId, String owner) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** Builds clients. */
    public static final class Builder {
        private Builder(ConfigUrl url, CredentialsSource credentials) {}

        /** Sets who calls. */
        public Builder userAgent(UserAgent userAgent) {
            return this;
        }

        /** Sets the proxies; default none. */
        public Builder proxy(ProxySettings proxy) {
            return this;
        }

        /** Sets what certificates are trusted; default the system's. */
        public Builder trust(SSLContext sslContext) {
            return this;
        }

        /** Trusts certificates in PEM beside those of the system. */
        public Builder trust(String rootCertificates) {
            return this;
        }

        /** Sets the time limits. */
        public Builder timeouts(Timeouts timeouts) {
            return this;
        }

        /** Sets how failed calls are repeated. */
        public Builder retry(RetrySettings retry) {
            return this;
        }

        /** Sets who is told about exchanges. */
        public Builder metrics(ClientMetrics metrics) {
            return this;
        }

        /** Builds the client; nothing is sent yet. */
        public ActionsClient build() {
            return new ActionsClient(this);
        }
    }
}
