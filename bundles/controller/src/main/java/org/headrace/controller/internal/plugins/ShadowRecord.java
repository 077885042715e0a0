package org.headrace.controller.internal.plugins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;

/** How the plans of a plugin in shadow differ from those that are carried out. */
public final class ShadowRecord {
  private static final int MAX_EXAMPLES = 10;

  private final String name;
  private long plans;
  private long failures;
  private long startsActive;
  private long startsShadow;
  private long onlyActive;
  private long onlyShadow;
  private long elsewhere;
  private final ShadowFigures figures = new ShadowFigures();
  private final List<String> examples = new ArrayList<>();

  ShadowRecord(String name) {
    this.name = name;
  }

  /**
   * Compares two plans on the same view and queue.
   *
   * @param now when they were made, in epoch milliseconds
   */
  public synchronized void compare(
      ClusterView view, PendingJobs queue, Plan active, Plan shadow, long now) {
    plans++;
    figures.pass(view, queue, active, shadow, now);
    Map<Long, List<Decision.Start>> mine = starts(active);
    Map<Long, List<Decision.Start>> theirs = starts(shadow);
    mine.forEach(
        (job, starts) -> {
          startsActive += starts.size();
          List<Decision.Start> other = theirs.get(job);
          if (other == null) {
            onlyActive++;
            example("job " + job + " starts now, and would not by " + name);
          } else if (!other.equals(starts)) {
            elsewhere++;
            example("job " + job + " would get other resources by " + name);
          }
        });
    theirs.forEach(
        (job, starts) -> {
          startsShadow += starts.size();
          if (!mine.containsKey(job)) {
            onlyShadow++;
            example("job " + job + " would start by " + name + ", and waits");
          }
        });
  }

  /** Notes that the plugin in shadow gave no plan. */
  public synchronized void failed(String why) {
    failures++;
    example("no plan by " + name + ": " + why);
  }

  private void example(String text) {
    if (examples.size() == MAX_EXAMPLES) {
      examples.remove(0);
    }
    examples.add(text);
  }

  private static Map<Long, List<Decision.Start>> starts(Plan plan) {
    Map<Long, List<Decision.Start>> starts = new HashMap<>();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        starts.computeIfAbsent(start.jobId(), id -> new ArrayList<>()).add(start);
      }
    }
    return starts;
  }

  synchronized List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add("plugin in shadow: " + name);
    lines.add("plans compared: " + plans);
    lines.add("plans that failed in shadow: " + failures);
    lines.add("starts: " + startsActive + " carried out, " + startsShadow + " in shadow");
    lines.add("started now and not in shadow: " + onlyActive);
    lines.add("started in shadow and not now: " + onlyShadow);
    lines.add("started in both with other resources: " + elsewhere);
    lines.addAll(figures.report());
    examples.forEach(example -> lines.add("  " + example));
    return lines;
  }
}
