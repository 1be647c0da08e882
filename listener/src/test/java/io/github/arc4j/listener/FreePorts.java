package io.github.arc4j.listener;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for processes that start listening some time after the port was chosen. */
public final class FreePorts {
    private FreePorts() {}

    /**
     * Returns a port below the ephemeral range of operating systems, so that no other socket gets it in the meantime.
     */
    public static int choose() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // The port is in use.
            }
        }
    }
}
