package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.Statistics;
import java.util.List;

/** A message as a poll gets it, with the statistics of that moment. */
public record Message(long id, List<JobMessage> elements, Statistics statistics) {}
