package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;

/** Limits, and in parentheses what counts against them, as {@code scontrol} writes them. */
final class LimitText {
  private static final double MINUTE = 60;

  private final LimitSet limits;
  private final Consumption use;
  private final Tres tres;
  private final long now;

  /**
   * @param now to what time jobs are thought to go on, in epoch milliseconds
   */
  LimitText(LimitSet limits, Consumption use, Tres tres, long now) {
    this.limits = limits;
    this.use = use;
    this.tres = tres;
    this.now = now;
  }

  /** A limit of a number, {@code N} for none. */
  String counted(Limit limit, long used) {
    return limited(limit) + "(" + used + ")";
  }

  String wall() {
    return limited(Limit.GROUP_WALL) + String.format(Locale.ROOT, "(%.2f)", use.wall() / MINUTE);
  }

  private String limited(Limit limit) {
    long most = limits.number(limit);
    return most == LimitSet.UNLIMITED ? "N" : Long.toString(most);
  }

  /** A limit of a number with what is used, or nothing where there is none. */
  String ifLimited(Limit limit, long used) {
    return limits.number(limit) == LimitSet.UNLIMITED ? "" : counted(limit, used);
  }

  /** A limit of a number alone, or nothing where there is none. */
  String number(Limit limit) {
    long most = limits.number(limit);
    return most == LimitSet.UNLIMITED ? "" : Long.toString(most);
  }

  String held(ResourceLimit limit) {
    return each(limit, use::held);
  }

  String minutes(ResourceLimit limit) {
    return each(limit, index -> use.spent(index) / MINUTE);
  }

  String runMinutes(ResourceLimit limit) {
    return each(limit, index -> use.runMinutes(index, now));
  }

  private String each(ResourceLimit limit, IntToDoubleFunction used) {
    Map<String, Long> most = limits.resources(limit);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < tres.size(); i++) {
      String name = tres.name(i);
      Long its = most.get(name);
      words.add(
          name
              + "="
              + (its == null ? "N" : its.toString())
              + "("
              + (long) used.applyAsDouble(i)
              + ")");
    }
    return String.join(",", words);
  }

  /** Limits of one job. */
  String plain(ResourceLimit limit) {
    Map<String, Long> most = limits.resources(limit);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < tres.size(); i++) {
      Long its = most.get(tres.name(i));
      if (its != null) {
        words.add(tres.name(i) + "=" + its);
      }
    }
    return String.join(",", words);
  }
}
