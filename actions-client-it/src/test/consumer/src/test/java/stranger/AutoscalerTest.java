package stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    @Test
    void communicatesWithGitHub() throws Exception {
        assertEquals(Optional.empty(), new Autoscaler(System.getProperty("github")).pollOneMessage());
    }

    @Test
    void usesTheClientAsANamedModule() {
        assertTrue(Autoscaler.class.getModule().isNamed());
        assertEquals(
                "io.github.arc4j.actions",
                Autoscaler.class.getModule().getLayer().findModule("io.github.arc4j.actions").orElseThrow().getName());
    }
}
