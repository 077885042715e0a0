package org.headrace.slurmconf;

/** The state in which a node is configured. */
public enum NodeState {
  /** It comes up by registering. */
  UNKNOWN,
  /** Out of use. */
  DOWN,
  /** No new jobs. */
  DRAIN,
  /** About to fail, no new jobs. */
  FAIL,
  /** Failing, jobs still run. */
  FAILING,
  /** Does not exist yet. */
  FUTURE,
  /** Created when needed. */
  CLOUD,
  /** Has no agent. */
  EXTERNAL
}
