package org.headrace.controller.internal.planning;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.agrona.collections.LongHashSet;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.SchedulerInput;

/**
 * Keeps the priorities of the pending jobs up to date: those of new jobs in each cycle, those of
 * all once a minute, as age is all that changes in between.
 */
final class Priorities {
  private static final long ALL_MILLIS = 60_000;

  /** What a job has until its priority is computed, and the least that can come of that. */
  private static final long LEAST = EligibleJobs.UNRANKED;

  private final PluginRegistry registry;
  private final Calls calls;
  private final SiteFactors siteFactors;
  private final PriorityRecord record = new PriorityRecord();

  /** Jobs whose priority was computed and is the least: they aren't new. */
  private final LongHashSet leastOnes = new LongHashSet();

  private long lastAll = Long.MIN_VALUE;
  private String lastPlugin = "";
  private String lastSite;
  private Map<String, String> lastSettings = Map.of();

  /**
   * The queue in its new order, and what changed.
   *
   * @param queue the queue
   * @param jobs ids of jobs whose priority changed
   * @param priorities their priorities
   */
  record Result(EligibleJobs queue, long[] jobs, long[] priorities) {
    /** The same with those first that the plan starts: they need theirs at once. */
    Result first(Plan plan) {
      LongHashSet starting = new LongHashSet();
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Start) {
          starting.add(decision.jobId());
        }
      }
      if (starting.isEmpty()) {
        return this;
      }
      long[] newJobs = new long[jobs.length];
      long[] newPriorities = new long[jobs.length];
      int next = 0;
      for (boolean starts : new boolean[] {true, false}) {
        for (int i = 0; i < jobs.length; i++) {
          if (starting.contains(jobs[i]) == starts) {
            newJobs[next] = jobs[i];
            newPriorities[next++] = priorities[i];
          }
        }
      }
      return new Result(queue, newJobs, newPriorities);
    }
  }

  Priorities(PluginRegistry registry, Calls calls) {
    this.registry = registry;
    this.calls = calls;
    siteFactors = new SiteFactors(registry, calls);
  }

  /** Those of new jobs, and those of all if they are due. */
  Result compute(SchedulerInput input, Map<String, String> settings, long now)
      throws PluginFault, InterruptedException {
    String plugin = String.valueOf(registry.serving(Kind.PRIORITY));
    String site = siteFactors.serving();
    boolean others = !plugin.equals(lastPlugin) || !Objects.equals(site, lastSite);
    boolean all = now - lastAll >= ALL_MILLIS || others || settings != lastSettings;
    Result result = compute(input, settings, now, all, plugin);
    if (all) {
      lastAll = now;
      lastPlugin = plugin;
      lastSite = site;
      lastSettings = settings;
    }
    return result;
  }

  /** Those of new jobs only. */
  Result computeNew(SchedulerInput input, Map<String, String> settings, long now)
      throws PluginFault, InterruptedException {
    return compute(input, settings, now, false, String.valueOf(registry.serving(Kind.PRIORITY)));
  }

  /** The queue as another plugin would have it. */
  EligibleJobs by(
      String plugin,
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now)
      throws PluginFault, InterruptedException {
    int[] rows = IntStream.range(0, queue.size()).toArray();
    if (rows.length == 0) {
      return queue;
    }
    return merged(queue, rows, ask(plugin, queue, rows, input, settings, now).priorities()).queue();
  }

  /** Of what priorities were made. For any thread. */
  PriorityRecord made() {
    return record;
  }

  private Result compute(
      SchedulerInput input, Map<String, String> settings, long now, boolean all, String plugin)
      throws PluginFault, InterruptedException {
    EligibleJobs queue = input.queue();
    int[] rows = all ? IntStream.range(0, queue.size()).toArray() : newRows(queue);
    int count = rows.length;
    if (count == 0) {
      return new Result(queue, new long[0], new long[0]);
    }
    Computed made = ask(null, queue, rows, input, settings, now);
    long[] computed = made.priorities();
    record.note(made.batch(), all, plugin, settings, made.weights(), computed);
    if (all) {
      leastOnes.clear();
    }
    for (int i = 0; i < count; i++) {
      if (computed[i] == LEAST) {
        leastOnes.add(queue.jobId(rows[i]));
      }
    }
    return merged(queue, rows, computed);
  }

  /** Asks a plugin about some rows, by name or, without one, the one that serves. */
  private Computed ask(
      String plugin,
      EligibleJobs queue,
      int[] rows,
      SchedulerInput input,
      Map<String, String> settings,
      long now)
      throws PluginFault, InterruptedException {
    QueueRows moved = siteFactors.of(new QueueRows(queue, rows), input, settings, now);
    return calls.run(
        Budget.of(settings).patienceMillis(),
        () -> {},
        () -> computed(registry, plugin, moved, input, settings, now));
  }

  /** Tries a plugin of site factors on the whole queue. */
  static void tryOutSite(
      PluginRegistry registry,
      String name,
      SchedulerInput input,
      Map<String, String> settings,
      long now)
      throws PluginFault {
    SiteFactors.tryOut(registry, name, wholeOf(input), input, settings, now);
  }

  private static QueueRows wholeOf(SchedulerInput input) {
    return new QueueRows(input.queue(), IntStream.range(0, input.queue().size()).toArray());
  }

  /** Tries a plugin on the whole queue. */
  static void tryOut(
      PluginRegistry registry,
      String name,
      SchedulerInput input,
      Map<String, String> settings,
      long now)
      throws PluginFault {
    computed(registry, name, wholeOf(input), input, settings, now);
  }

  /**
   * Calls a plugin.
   *
   * @param name which, or null for the one that serves
   */
  private static Computed computed(
      PluginRegistry registry,
      String name,
      QueueRows rows,
      SchedulerInput input,
      Map<String, String> settings,
      long now)
      throws PluginFault {
    long[] computed = new long[rows.size()];
    PriorityRecord.Batch batch = new PriorityRecord.Batch(rows);
    PluginRegistry.Call<Priority, PriorityWeights> call =
        priority -> {
          priority.compute(rows, input.view(), settings, now, computed, batch);
          return PriorityWeights.of(priority, settings);
        };
    PriorityWeights weights =
        name == null
            ? registry.call(Kind.PRIORITY, Priority.class, call)
            : registry.callNamed(Kind.PRIORITY.name(), name, Priority.class, call);
    for (int i = 0; i < computed.length; i++) {
      computed[i] = Math.max(LEAST, Math.min(computed[i], 0xffff_ffffL));
    }
    return new Computed(computed, batch, weights);
  }

  /** What a plugin said. */
  private record Computed(long[] priorities, PriorityRecord.Batch batch, PriorityWeights weights) {}

  /** Rows of jobs that have no priority yet. */
  private int[] newRows(EligibleJobs queue) {
    int[] rows = queue.rowsUpTo(LEAST);
    int count = 0;
    for (int row : rows) {
      if (leastOnes.isEmpty() || !leastOnes.contains(queue.jobId(row))) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private static Result merged(EligibleJobs queue, int[] rows, long[] computed) {
    int[] changedRows = new int[rows.length];
    long[] jobs = new long[rows.length];
    long[] values = new long[rows.length];
    int changed = 0;
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      if (queue.priority(row) != computed[i] && !queue.fixedPriority(row)) {
        changedRows[changed] = row;
        jobs[changed] = queue.jobId(row);
        values[changed++] = computed[i];
      }
    }
    if (changed == 0) {
      return new Result(queue, new long[0], new long[0]);
    }
    long[] priorities = Arrays.copyOf(values, changed);
    return new Result(
        queue.withPriorities(Arrays.copyOf(changedRows, changed), priorities),
        Arrays.copyOf(jobs, changed),
        priorities);
  }
}
