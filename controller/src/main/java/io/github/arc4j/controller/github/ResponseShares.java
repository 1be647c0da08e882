package io.github.arc4j.controller.github;

import io.github.arc4j.actions.ResponseMemory;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory for responses, a share for each namespace. Whoever creates scale sets chooses their servers, which may send
 * large responses slowly; that makes only requests for the same namespace fail.
 */
final class ResponseShares {
    /** For four responses of the maximum size. Normal ones are so small that they are not counted. */
    static final int SHARE = 1 << 20;

    /** By namespace, for namespaces that receive large responses. */
    private final Map<String, Integer> used = new HashMap<>();

    /** The memory for the responses of all clients of a namespace. */
    ResponseMemory of(String namespace) {
        return new ResponseMemory() {
            @Override
            public boolean take(int bytes) {
                return ResponseShares.this.take(namespace, bytes);
            }

            @Override
            public void release(int bytes) {
                ResponseShares.this.release(namespace, bytes);
            }
        };
    }

    private synchronized boolean take(String namespace, int bytes) {
        int before = used.getOrDefault(namespace, 0);
        if (bytes > SHARE - before) {
            return false;
        }
        set(namespace, before + bytes);
        return true;
    }

    private synchronized void release(String namespace, int bytes) {
        set(namespace, used.getOrDefault(namespace, 0) - bytes);
    }

    private void set(String namespace, int bytes) {
        if (bytes == 0) {
            used.remove(namespace);
        } else {
            used.put(namespace, bytes);
        }
    }

    /** The number of namespaces that use memory. */
    synchronized int size() {
        return used.size();
    }
}
