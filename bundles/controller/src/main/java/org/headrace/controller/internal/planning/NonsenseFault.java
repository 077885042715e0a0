package org.headrace.controller.internal.planning;

import org.headrace.controller.internal.plugins.PluginFault;

/** A plan that was impossible on the state that it was made for. */
final class NonsenseFault extends PluginFault {
  private static final long serialVersionUID = 1L;

  private final long jobId;

  NonsenseFault(long jobId, String problem) {
    super("the plan is nonsense for job " + jobId + ": " + problem);
    this.jobId = jobId;
  }

  /** The job for which it was impossible. */
  long jobId() {
    return jobId;
  }

  /** The one that caused another fault, or null. */
  static NonsenseFault in(Throwable fault) {
    Throwable cause = fault;
    while (cause != null && !(cause instanceof NonsenseFault)) {
      cause = cause.getCause();
    }
    return (NonsenseFault) cause;
  }
}
