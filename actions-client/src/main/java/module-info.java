/** Client for the runner scale sets of GitHub Actions. */
module io.github.arc4j.actions {
    requires com.fasterxml.jackson.core;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires java.net.http;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.github.arc4j.actions;
    exports io.github.arc4j.actions.errors;
    exports io.github.arc4j.actions.loop;
    exports io.github.arc4j.actions.messages;
    exports io.github.arc4j.actions.model;
}
