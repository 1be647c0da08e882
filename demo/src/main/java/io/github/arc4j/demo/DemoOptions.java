package io.github.arc4j.demo;

import java.time.Duration;
import java.util.List;

/**
 * Options of the demo.
 *
 * @param jobs number of jobs that are queued at once
 * @param duration duration of each job
 * @param failing number of jobs that fail
 * @param k3s whether to run on K3s in Docker, with charts and image, instead of the embedded cluster
 * @param console whether to run jobs without end for the web console
 */
record DemoOptions(int jobs, Duration duration, int failing, boolean k3s, boolean console) {
    static final String USAGE = """
            usage: hack/demo [options]
              --jobs N        jobs queued at once (default 20)
              --duration S    duration of each job in seconds (default 2)
              --failing N     number of jobs that fail (default 0)
              --k3s           run on K3s in Docker, with charts and image, instead of the embedded cluster
              --console       serve the web console, and run jobs of several scale sets until Ctrl-C""";

    /**
     * Parses the command line.
     *
     * @throws IllegalArgumentException if an option is invalid
     */
    static DemoOptions parse(List<String> arguments) {
        int jobs = 20;
        double seconds = 2;
        int failing = 0;
        boolean k3s = false;
        boolean console = false;
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            switch (option) {
                case "--jobs" -> jobs = (int) number(arguments, ++i, option);
                case "--duration" -> seconds = number(arguments, ++i, option);
                case "--failing" -> failing = (int) number(arguments, ++i, option);
                case "--k3s" -> k3s = true;
                case "--console" -> console = true;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (jobs < 1 || failing > jobs) {
            throw new IllegalArgumentException("--jobs must be at least 1, and --failing must not exceed --jobs");
        }
        if (console && arguments.size() > 1) {
            throw new IllegalArgumentException("--console has its own jobs, and takes no other option");
        }
        return new DemoOptions(jobs, Duration.ofMillis(Math.round(seconds * 1000)), failing, k3s, console);
    }

    private static double number(List<String> arguments, int index, String option) {
        try {
            double number = Double.parseDouble(arguments.get(index));
            if (number >= 0) {
                return number;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            // Reported below.
        }
        throw new IllegalArgumentException(option + " requires a non-negative number");
    }
}
