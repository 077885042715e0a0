package org.headrace.core.internal;

import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** Short for the answers to commands that are not carried out. */
final class Refusals {
  private Refusals() {}

  static Outcome.Rejected refuse(ErrorCode code, String message) {
    return new Outcome.Rejected(code, message);
  }

  static Outcome.Rejected unknownJob(long id) {
    return refuse(ErrorCode.INVALID_JOB_ID, "no job " + id);
  }

  static Outcome.Rejected unknownNode(String name) {
    return refuse(ErrorCode.INVALID_NODE_NAME, "no node " + name + " in this cluster");
  }
}
