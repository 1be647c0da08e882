package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {

    @TempDir
    private Path directory;

    @Test
    void readsNameClassPathAndOptions() throws IOException {
        Launcher launcher = read("""
            [Application]
            app.mainclass=example.Main
            app.classpath=app/lib/a.jar:app/lib/b.jar

            [JavaOptions]
            java-options=-Xmx16m
            java-options=-Dkey=value
            """);

        assertThat(launcher)
                .isEqualTo(new Launcher(
                        "manager",
                        "example.Main",
                        List.of("app/lib/a.jar", "app/lib/b.jar"),
                        List.of("-Xmx16m", "-Dkey=value")));
        assertThat(launcher.archive()).isEmpty();
    }

    @Test
    void separatesTheArchiveFromTheOptions() throws IOException {
        Launcher launcher = read("""
            java-options=-XX:+UseSerialGC
            java-options=-XX:AOTCache=app/manager.aot
            java-options=-Xmx16m
            """);

        assertThat(launcher.archive()).contains("app/manager.aot");
        assertThat(launcher.optionsWithoutArchive()).containsExactly("-XX:+UseSerialGC", "-Xmx16m");
    }

    private Launcher read(String text) throws IOException {
        return Launcher.read(Files.writeString(directory.resolve("manager.cfg"), text));
    }
}
