package io.github.arc4j.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes the script that starts the demo on the JDK and the class path that this class itself is run with. */
final class StartScript {
    private StartScript() {}

    /**
     * Writes it.
     *
     * @param arguments the script's path
     */
    public static void main(String[] arguments) throws IOException {
        Path script = Path.of(arguments[0]);
        Files.writeString(script, """
                #!/bin/sh
                exec '%s/bin/java' --enable-native-access=ALL-UNNAMED -classpath '%s' %s "$@"
                """.formatted(
                        System.getProperty("java.home"), System.getProperty("java.class.path"), Demo.class.getName()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
