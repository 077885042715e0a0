package org.headrace.commands.internal.scontrol;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How nice values of one user's waiting jobs change when some of them go to the front. Those take
 * the highest priorities that the user's jobs have by now; what they gain is taken in equal parts
 * from the others, so that the user gains nothing over other users.
 */
final class NiceShift {
  private static final int MOST = 2_147_483_645;

  /**
   * A job that waits.
   *
   * @param id the job
   * @param priority its priority, above 0
   * @param nice its nice value
   */
  record Waiting(long id, long priority, int nice) {}

  private NiceShift() {}

  /**
   * New nice values, by job; those that stay are left out.
   *
   * @param front jobs to be first, in that order
   * @param others the user's other jobs, by id
   */
  static Map<Long, Integer> of(List<Waiting> front, List<Waiting> others) {
    Map<Long, Integer> changed = new LinkedHashMap<>();
    List<Long> places =
        Stream.concat(front.stream(), others.stream())
            .map(Waiting::priority)
            .sorted(Comparator.reverseOrder())
            .toList();
    long gained = 0;
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < front.size(); i++) {
      lowest = places.get(i);
      long gain = lowest - front.get(i).priority();
      gained += gain;
      lower(front.get(i), -gain, changed);
    }
    int left = others.size();
    for (Waiting other : others) {
      long share = gained > 0 ? gained / left : 0;
      long behind = other.priority() - lowest + 1;
      long loss = Math.max(share, Math.max(0, behind));
      gained -= loss;
      left--;
      lower(other, loss, changed);
    }
    return changed;
  }

  private static void lower(Waiting job, long by, Map<Long, Integer> changed) {
    long nice = Math.max(-MOST, Math.min(MOST, job.nice() + by));
    if (nice != job.nice()) {
      changed.put(job.id(), (int) nice);
    }
  }
}
