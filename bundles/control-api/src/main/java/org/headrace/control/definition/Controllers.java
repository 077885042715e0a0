package org.headrace.control.definition;

import java.util.List;

/**
 * The controllers of the cluster, as one of them reads it.
 *
 * @param members all of them, the same list in the same order on each; an odd number
 * @param self which one this process is, from 0 on
 */
public record Controllers(List<ControllerMember> members, int self) {
  public Controllers {
    members = List.copyOf(members);
    if (self < 0 || self >= members.size()) {
      throw new IllegalArgumentException(self + " is none of " + members.size() + " members");
    }
  }

  /** A controller that is the only one. */
  public static Controllers alone(ControllerMember member) {
    return new Controllers(List.of(member), 0);
  }

  /** Whether there is only this one. */
  public boolean alone() {
    return members.size() == 1;
  }

  /** The member that this process is. */
  public ControllerMember own() {
    return members.get(self);
  }
}
