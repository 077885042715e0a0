package org.headrace.controller.testing;

import java.util.List;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.Controllers;

/** A configuration that a test can change, or break. */
public final class FakeConfiguration implements ConfigurationSource {
  private ClusterDefinition definition;
  private final Controllers controllers;
  private List<String> problems = List.of();

  public FakeConfiguration(ClusterDefinition definition, Controllers controllers) {
    this.definition = definition;
    this.controllers = controllers;
  }

  public synchronized void set(ClusterDefinition newDefinition) {
    definition = newDefinition;
    problems = List.of();
  }

  public synchronized void breakWith(String... newProblems) {
    problems = List.of(newProblems);
  }

  @Override
  public synchronized Loaded load() throws ConfigurationInvalid {
    if (!problems.isEmpty()) {
      throw new ConfigurationInvalid(problems);
    }
    return new Loaded(definition, controllers, List.of("slurm.conf:3: an odd setting"));
  }
}
