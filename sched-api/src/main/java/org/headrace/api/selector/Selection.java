package org.headrace.api.selector;

import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;

/** A selector's answer. */
public sealed interface Selection {
  /**
   * The job fits.
   *
   * @param allocation what it gets
   */
  record Placed(Allocation allocation) implements Selection {}

  /**
   * The job doesn't fit.
   *
   * @param blockers which nodes fail for what, most nodes first; not empty
   */
  record NotPlaced(List<Blocker> blockers) implements Selection {
    public NotPlaced {
      blockers = List.copyOf(blockers);
    }
  }
}
