package org.headrace.itests.plugins;

import java.util.List;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** A selector that finds no place for anything, until it starts to misbehave. */
abstract class FaultySelector implements Selector {
  @Override
  public Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    if (Fault.on()) {
      return misbehave();
    }
    return new Selection.NotPlaced(
        List.of(new Blocker(Reason.RESOURCES, 1, "nothing suits", Blocker.UNKNOWN)));
  }

  abstract Selection misbehave();

  /** Throws. */
  public static final class Throws extends FaultySelector {
    @Override
    Selection misbehave() {
      throw new IllegalStateException("the selector has a bad day");
    }
  }

  /** Chooses a node that doesn't exist. */
  public static final class NoSuchNode extends FaultySelector {
    @Override
    Selection misbehave() {
      return new Selection.Placed(Fault.core(4711, 0));
    }
  }

  /** Gives the same core to everyone. */
  public static final class OneCoreForAll extends FaultySelector {
    @Override
    Selection misbehave() {
      return new Selection.Placed(Fault.core(0, 0));
    }
  }

  /** Doesn't come back, whoever interrupts it. */
  public static final class Hangs extends FaultySelector {
    @Override
    Selection misbehave() {
      while (Fault.on()) {
        Thread.onSpinWait();
      }
      throw new IllegalStateException("back at last");
    }
  }
}
