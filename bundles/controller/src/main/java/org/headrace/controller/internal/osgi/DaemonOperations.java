package org.headrace.controller.internal.osgi;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.headrace.control.Operations;
import org.headrace.control.query.AgentReport;
import org.headrace.controller.internal.Controller;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the daemons: this one is the container that it runs in. */
final class DaemonOperations implements Operations {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonOperations.class);

  /** So that the answer, and what agents are told, has left before the links close. */
  private static final long ANSWER_MILLIS = 300;

  private final Controller controller;
  private final Bundle container;

  DaemonOperations(Controller controller, Bundle container) {
    this.controller = controller;
    this.container = container;
  }

  @Override
  public CompletionStage<Optional<AgentReport>> ask(String node) {
    return controller.ask(node);
  }

  @Override
  public void shutDown(boolean agents) {
    LOG.info("Shut down by an administrator{}", agents ? ", with the agents of all nodes" : "");
    CompletionStage<Void> told =
        agents ? controller.endAgents() : CompletableFuture.completedFuture(null);
    told.thenRunAsync(
        this::stop, CompletableFuture.delayedExecutor(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void stop() {
    try {
      container.stop();
    } catch (BundleException e) {
      LOG.error("The container can't be stopped", e);
    }
  }
}
