package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.Selector;
import org.headrace.testkit.FirstFitSelector;
import org.junit.jupiter.api.Test;

/** A contract that nobody can break is worth nothing: plugins with one mistake each are caught. */
class ContractsCatchTest {
  private static void caught(Runnable contract, String message) {
    AssertionError error = assertThrows(AssertionError.class, contract::run);
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  private static SchedulerContract of(Scheduler scheduler) {
    return new SchedulerContract() {
      @Override
      protected Scheduler scheduler() {
        return scheduler;
      }
    };
  }

  private static SelectorContract of(Selector selector) {
    return new SelectorContract() {
      @Override
      protected Selector selector() {
        return selector;
      }
    };
  }

  @Test
  void aSchedulerThatForgetsJobs() {
    Scheduler mute = (view, queue, context) -> new Plan(view.version(), List.of(), queue.size());
    caught(of(mute)::everyJobThatWasConsideredIsDecidedOnWithAReason, "nothing said of job");
    caught(of(mute)::aFreeClusterIsUsed, "does not start");
    caught(of(mute)::aPlanThatIsNotWantedAnyMoreEndsEarlyWithWhatItHas, "all the same");
  }

  @Test
  void aSchedulerThatGivesTheSameCoreTwice() {
    Allocation core =
        new Allocation(
            List.of(new NodeAllocation(0, CoreSet.of(new int[] {0}), 1, 0, List.of(), 1)), false);
    Scheduler greedy =
        (view, queue, context) -> {
          List<Decision> decisions = new ArrayList<>();
          for (int row = 0; row < queue.size(); row++) {
            decisions.add(new Decision.Start(queue.get(row).id(), "main", core));
          }
          return new Plan(view.version(), decisions, queue.size());
        };
    assertThrows(AssertionError.class, of(greedy)::startsFitIntoWhatIsFreeAndAreOfJobsThatMayStart);
  }

  @Test
  void aSchedulerThatRemembers() {
    AtomicLong calls = new AtomicLong();
    Scheduler moody =
        (view, queue, context) -> {
          long when = calls.incrementAndGet();
          return new Plan(
              view.version(),
              List.of(new Decision.Wait(101, Reason.PRIORITY, when, List.<Blocker>of())),
              1);
        };
    caught(of(moody)::sameArgumentsGiveTheSamePlan, "2nd call");
  }

  @Test
  void aSelectorThatTakesWhatItOnlyProposes() {
    Selector hasty =
        (demand, free, candidates, context) -> {
          Selection selection = new FirstFitSelector().select(demand, free, candidates, context);
          if (selection instanceof Selection.Placed placed) {
            free.allocate(placed.allocation(), ResourceLedger.NO_USER);
          }
          return selection;
        };
    caught(of(hasty)::sameArgumentsGiveTheSameAnswerAndStayAsTheyAre, "free was changed");
  }

  @Test
  void aSelectorThatSaysNothing() {
    Selector silent = (demand, free, candidates, context) -> new Selection.NotPlaced(List.of());
    caught(of(silent)::moreThanThereIsIsNotPlaced, "nothing said why");
  }

  @Test
  void aPriorityOutOfRange() {
    PriorityContract contract =
        new PriorityContract() {
          @Override
          protected Priority priority() {
            return (queue, view, options, now, priorities) -> {};
          }
        };
    caught(contract::valuesAreInRange, "0 is not in 1");
  }
}
