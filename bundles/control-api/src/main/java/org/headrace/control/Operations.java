package org.headrace.control;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.headrace.control.query.AgentReport;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an operator asks of the daemons themselves, and not of the cluster's state. Whoever offers
 * it to users checks that they may. Safe for any thread.
 */
@ProviderType
public interface Operations {
  /** What the agent of a node says of itself, or nothing if it doesn't answer within seconds. */
  CompletionStage<Optional<AgentReport>> ask(String node);

  /**
   * Ends this controller's process in good order, with its state saved, after an answer has had the
   * time to reach the user. Steps on nodes go on.
   *
   * @param agents whether to end the agents of all nodes, too
   */
  void shutDown(boolean agents);
}
