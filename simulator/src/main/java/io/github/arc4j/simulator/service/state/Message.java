package io.github.arc4j.simulator.service.state;

import io.github.arc4j.simulator.Statistics;
import java.util.List;

/** A message as returned by a poll, with the current statistics. */
public record Message(long id, List<JobMessage> elements, Statistics statistics) {}
