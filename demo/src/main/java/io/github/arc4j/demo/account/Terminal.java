package io.github.arc4j.demo.account;

import java.io.Console;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Prints lines with the elapsed time. On an interactive terminal, the last line shows the progress, and steps are
 * colored; otherwise the progress is printed as a separate line at most once per second. Thread-safe.
 */
public final class Terminal {
    private static final Duration PROGRESS_PERIOD = Duration.ofSeconds(1);
    private static final String ERASE_LINE = "\r\033[K";
    private static final String PLAIN = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String DIM = "\033[2m";
    private static final String RED = "\033[31m";
    private static final String GREEN = "\033[32m";
    private static final String BLUE = "\033[34m";

    private final PrintStream out;
    private final boolean interactive;
    private final Clock clock;
    private final Instant start;
    private String progress = "";
    private Instant progressPrinted;

    public Terminal(PrintStream out, boolean interactive, Clock clock) {
        this.out = out;
        this.interactive = interactive;
        this.clock = clock;
        this.start = clock.instant();
        this.progressPrinted = start;
    }

    /** Standard output; interactive if it is a terminal and colors are not disabled. */
    @SuppressWarnings("SystemConsoleNull") // JDK 22 to 24 always have a console, JDK 25 only with a terminal
    public static Terminal standard() {
        Console console = System.console();
        boolean interactive = console != null
                && console.isTerminal()
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(System.out, interactive, Clock.systemUTC());
    }

    /** Starts a section of the output. */
    public synchronized void heading(String text) {
        print("\n" + styled(BOLD, text));
    }

    /** Prints a line with the current time. */
    public synchronized void line(String text) {
        print(time(clock.instant()) + "  " + text);
    }

    /** Prints text without the time. */
    public synchronized void plain(String text) {
        print(text);
    }

    public synchronized void problem(String text) {
        print(time(clock.instant()) + "  " + styled(RED, text));
    }

    /** Prints a step of a job. */
    synchronized void step(Instant at, String job, Step step, String text) {
        String shown = switch (step) {
            case COMPLETED -> styled(text.equals("succeeded") ? GREEN : RED, text);
            case STARTED -> styled(BLUE, text);
            case REMOVED -> styled(DIM, text);
            default -> text;
        };
        print(time(at) + "  " + styled(BOLD, "%-8s".formatted(job)) + "  " + shown);
    }

    /** Updates the progress. */
    synchronized void progress(Instant at, String text) {
        if (interactive) {
            progress = styled(BOLD, text);
            out.print(ERASE_LINE + progress);
            out.flush();
            return;
        }
        if (Duration.between(progressPrinted, at).compareTo(PROGRESS_PERIOD) >= 0) {
            progressPrinted = at;
            print(time(at) + "  -- " + text);
        }
    }

    /** Removes the progress. */
    public synchronized void endProgress() {
        if (interactive) {
            out.print(ERASE_LINE);
            out.flush();
        }
        progress = "";
    }

    private void print(String line) {
        out.println(progress.isEmpty() ? line : ERASE_LINE + line + "\n" + progress);
        out.flush();
    }

    private String time(Instant at) {
        return styled(
                DIM,
                String.format(Locale.ROOT, "%8.3f", Duration.between(start, at).toMillis() / 1000.0));
    }

    private String styled(String style, String text) {
        return interactive ? style + text + PLAIN : text;
    }
}
