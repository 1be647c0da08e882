package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** The reply to a request. */
interface Reply {

    /** HTTP status. */
    int status();

    /**
     * Sends the reply.
     *
     * @throws DroppedException if the connection must be closed
     */
    void send(HttpExchange exchange) throws IOException, DroppedException, InterruptedException;
}
