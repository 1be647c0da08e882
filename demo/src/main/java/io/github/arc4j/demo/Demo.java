package io.github.arc4j.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.arc4j.demo.account.Terminal;
import io.github.arc4j.demo.embedded.EmbeddedStage;
import io.github.arc4j.demo.k3s.K3sStage;
import io.github.arc4j.demo.stage.Stage;
import io.github.arc4j.process.log.LogFormat;
import io.github.arc4j.process.log.LogLevel;
import io.github.arc4j.process.log.LogStyle;
import io.github.arc4j.process.log.Logging;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The demo's main class. Exit code 0: every job ended as expected, and nothing is left. */
public final class Demo {
    private Demo() {}

    /** Runs the demo; {@code --help} lists the options. */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(DemoOptions.USAGE);
            return;
        }
        DemoOptions options;
        try {
            options = DemoOptions.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + DemoOptions.USAGE);
            System.exit(2);
            return;
        }
        Path log = openLog();
        Terminal terminal = Terminal.standard();
        System.exit((options.console() ? showConsole(log, terminal) : run(options, log, terminal)) ? 0 : 1);
    }

    /** Writes the log to a file, and returns its path: the terminal shows the progress of jobs. */
    private static Path openLog() throws IOException {
        Path file = Path.of("target", "demo.log").toAbsolutePath();
        Files.createDirectories(file.getParent());
        PrintStream terminal = System.err;
        // Logging writes to the current standard error.
        System.setErr(new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, UTF_8));
        Logging.configure(LogStyle.CONTROLLER, LogLevel.DEBUG, LogFormat.TEXT, Map.of());
        System.setErr(terminal);
        return file;
    }

    /** Until Ctrl-C ends the process. */
    private static boolean showConsole(Path log, Terminal terminal) {
        terminal.heading("Start");
        try (EmbeddedStage stage = ConsoleTour.stage(terminal::line)) {
            new ConsoleTour(stage, terminal::line).run();
            return true;
        } catch (Exception e) {
            return failed(e, log, terminal);
        }
    }

    private static boolean failed(Exception e, Path log, Terminal terminal) {
        terminal.endProgress();
        terminal.problem("The demo failed: %s; see %s".formatted(e, log));
        LoggerFactory.getLogger(Demo.class).error("The demo failed", e);
        return false;
    }

    private static boolean run(DemoOptions options, Path log, Terminal terminal) {
        terminal.heading("Start");
        try (Stage stage = options.k3s() ? K3sStage.start(terminal::line) : EmbeddedStage.start(terminal::line)) {
            List<String> problems = new MainJob(stage, options, terminal).run();
            problems.forEach(terminal::problem);
            terminal.plain("\nLogs: %s %s".formatted(log, stage.logs()));
            return problems.isEmpty();
        } catch (Exception e) {
            return failed(e, log, terminal);
        }
    }
}
