package io.github.arc4j.listener;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for processes, which listen on them only a while after they were chosen. */
public final class FreePorts {
    private FreePorts() {}

    /** A port below those that systems choose by themselves, so that no other socket gets it in the meantime. */
    public static int choose() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // It is taken.
            }
        }
    }
}
