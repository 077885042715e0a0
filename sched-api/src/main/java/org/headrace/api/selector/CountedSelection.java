package org.headrace.api.selector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.headrace.api.model.Breadth;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.ResourceRequest;

/**
 * Placement of jobs that may have certain numbers of nodes alone ({@code --nodes=2,4,8}), so that
 * selectors need to know of a least and a most only.
 */
public final class CountedSelection {
  private CountedSelection() {}

  /**
   * The selector's answer for one of the numbers that the job may have.
   *
   * <p>It is asked for the whole range first: what doesn't fit there fits with none of them, and
   * the number that it takes is often right. Else they are tried one by one, the nearest of those
   * that it would rather have first.
   *
   * @param selector asked for requests without a list of numbers
   */
  public static Selection of(JobDemand demand, Function<JobDemand, Selection> selector) {
    ResourceRequest request = demand.request();
    if (request.counts().isEmpty()) {
      return selector.apply(demand);
    }
    Selection answer =
        selector.apply(demand.with(request.withNodes(request.minNodes(), request.maxNodes())));
    if (!(answer instanceof Selection.Placed any)) {
      return answer;
    }
    int taken = any.allocation().nodes().size();
    if (request.allowsNodes(taken)) {
      return any;
    }
    for (int count : order(request, taken)) {
      answer = selector.apply(demand.with(request.withNodes(count, count)));
      if (answer instanceof Selection.Placed) {
        return answer;
      }
    }
    return answer;
  }

  /** Of a selector that took as many nodes as it could, fewer first; of one that took few, more. */
  private static List<Integer> order(ResourceRequest request, int taken) {
    boolean few =
        request.nodes().breadth() == Breadth.FEWEST
            || request.gres().stream().anyMatch(one -> one.scope() == GresRequest.Scope.JOB);
    List<Integer> order = new ArrayList<>(request.counts());
    order.sort(
        Comparator.comparing((Integer count) -> count > taken != few)
            .thenComparing(count -> Math.abs(count - taken)));
    return order;
  }
}
