import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** Writes a script that starts a program with the JDK and the class path of this process. */
final class StartScript {
    private StartScript() {}

    /**
     * Writes the script.
     *
     * @param arguments the script's path, then options of the JVM and the main class
     */
    public static void main(String[] arguments) throws IOException {
        Path script = Path.of(arguments[0]);
        String program = String.join(" ", Arrays.asList(arguments).subList(1, arguments.length));
        Files.writeString(script, """
                #!/bin/sh
                exec '%s/bin/java' -classpath '%s' %s "$@"
                """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path"), program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
