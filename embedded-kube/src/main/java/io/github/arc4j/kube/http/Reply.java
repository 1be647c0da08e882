package io.github.arc4j.kube.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** What a client gets. */
interface Reply {

    /** HTTP status. */
    int status();

    /**
     * Sends it all.
     *
     * @throws DroppedException if the connection has to be broken
     */
    void send(HttpExchange exchange) throws IOException, DroppedException, InterruptedException;
}
