package org.headrace.core.internal;

import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceRequest;

/** Holds the generic resources that a plan gives a job against what it asked for. */
final class GivenGres {
  private GivenGres() {}

  /** What there is too little of, in words; or null. */
  static String lack(ResourceRequest request, Allocation allocation) {
    for (GresRequest one : request.gres()) {
      long least = 0;
      for (GresRequest part : request.gres()) {
        least += part.scope() == GresRequest.Scope.JOB && covers(one, part) ? part.count() : 0;
      }
      long given = 0;
      for (NodeAllocation node : allocation.nodes()) {
        long here = given(node, one);
        long leastHere = leastOf(request.gres(), node, one);
        if (here < leastHere) {
          return here + " " + one.name() + " of " + leastHere + " on a node";
        }
        given += here;
        least += leastHere;
      }
      if (given < least) {
        return given + " " + one.name() + " of " + least;
      }
    }
    return null;
  }

  /** Of what is asked for by name and type, and what is asked for by name alone. */
  private static boolean covers(GresRequest one, GresRequest part) {
    return one.name().equals(part.name())
        && (one.type().isEmpty() || one.type().equals(part.type()));
  }

  private static long leastOf(List<GresRequest> wanted, NodeAllocation node, GresRequest one) {
    long sum = 0;
    for (GresRequest part : wanted) {
      if (covers(one, part)) {
        sum +=
            switch (part.scope()) {
              case JOB -> 0;
              case NODE, SOCKET -> part.count();
              case TASK -> part.count() * Math.max(0, node.tasks());
            };
      }
    }
    return sum;
  }

  private static long given(NodeAllocation node, GresRequest one) {
    long sum = 0;
    for (GresAllocation gres : node.gres()) {
      if (gres.name().equals(one.name())
          && (one.type().isEmpty() || one.type().equals(gres.type()))) {
        sum += gres.count();
      }
    }
    return sum;
  }
}
