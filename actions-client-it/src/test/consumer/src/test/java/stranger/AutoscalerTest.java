package stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    @Test
    void talksToGitHub() throws Exception {
        assertEquals(Optional.empty(), new Autoscaler(System.getProperty("github")).takeOneMessage());
    }

    @Test
    void usesTheClientAsANamedModule() {
        assertTrue(Autoscaler.class.getModule().isNamed());
        assertEquals(
                "io.github.arc4j.actions",
                Autoscaler.class.getModule().getLayer().findModule("io.github.arc4j.actions").orElseThrow().getName());
    }
}
