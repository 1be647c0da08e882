package io.github.arc4j.simulator;

/**
 * How a runner's process ended.
 *
 * @param exitCode exit code of the runner's process
 * @param result the job's result; {@code removed} if the runner was deregistered before it got a job
 */
public record RunnerExit(int exitCode, String result) {}
