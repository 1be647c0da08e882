package io.github.arc4j.demo;

import java.time.Duration;
import java.util.List;

/**
 * What the demo is to show.
 *
 * @param jobs how many jobs are queued at once
 * @param duration how long each of them runs
 * @param failing how many of them fail
 * @param k3s on K3s in Docker, with charts and image, in place of the embedded cluster
 */
record DemoOptions(int jobs, Duration duration, int failing, boolean k3s) {
    static final String USAGE = """
            usage: hack/demo [options]
              --jobs N        jobs queued at once (default 20)
              --duration S    seconds that each job runs (default 2)
              --failing N     how many of them fail (default 0)
              --k3s           on K3s in Docker, with charts and image, in place of the embedded cluster""";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static DemoOptions parse(List<String> arguments) {
        int jobs = 20;
        double seconds = 2;
        int failing = 0;
        boolean k3s = false;
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            switch (option) {
                case "--jobs" -> jobs = (int) number(arguments, ++i, option);
                case "--duration" -> seconds = number(arguments, ++i, option);
                case "--failing" -> failing = (int) number(arguments, ++i, option);
                case "--k3s" -> k3s = true;
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (jobs < 1 || failing > jobs) {
            throw new IllegalArgumentException("--jobs must be at least 1, and --failing at most as many");
        }
        return new DemoOptions(jobs, Duration.ofMillis(Math.round(seconds * 1000)), failing, k3s);
    }

    private static double number(List<String> arguments, int index, String option) {
        try {
            double number = Double.parseDouble(arguments.get(index));
            if (number >= 0) {
                return number;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            // The message below is all that a user needs.
        }
        throw new IllegalArgumentException(option + " needs a number that is not negative");
    }
}
