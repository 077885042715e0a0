package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.query.Remedy;
import org.headrace.controller.internal.plugins.InnerFault;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out after a plan with which change waiting jobs could have started in it, once for all jobs
 * that ask for the same, and remembers it. What a turn has no time for the next ones do: the first
 * jobs of the queue are looked at each time, the others one after the other. Soft: a new leader
 * finds it out again.
 */
final class Advisor {
  private static final Logger LOG = LoggerFactory.getLogger(Advisor.class);
  private static final long PAUSE_MILLIS = 5_000;
  private static final int FIRST_OF_THE_QUEUE = 8;
  private static final int IN_ONE_TURN = 32;
  private static final int REMEMBERED = 20_000;

  private final PluginRegistry registry;
  private final Calls calls;
  private final Map<Question, List<Remedy>> known = new LinkedHashMap<>();
  private long last;
  private int next;

  /** What is the same for all jobs that are advised alike. */
  private record Question(
      ResourceRequest request, long timeLimit, String reservation, String partition) {
    static Question of(PendingJob job) {
      JobClass of = job.jobClass();
      return new Question(of.request(), of.timeLimit(), of.reservation(), job.partition());
    }
  }

  Advisor(PluginRegistry registry, Calls calls) {
    this.registry = registry;
    this.calls = calls;
  }

  /** Looks at some of the jobs that wait; for the thread that plans, after a whole plan. */
  void after(PlanningCycle.Turn turn) throws InterruptedException {
    if (turn.now() - last < PAUSE_MILLIS && turn.now() >= last) {
      return;
    }
    last = turn.now();
    if (suspends(turn)) {
      return; // what stopped jobs leave is nobody else's
    }
    List<PendingJob> jobs = jobs(turn);
    if (jobs.isEmpty()) {
      return;
    }
    ServingPlugins plugins =
        new ServingPlugins(
            registry,
            turn.input().view(),
            Options.parse(turn.settings().get("SelectTypeParameters")));
    try {
      Map<Question, List<Remedy>> found =
          calls.run(
              Budget.of(turn.settings()).patienceMillis(),
              plugins::abandon,
              () -> search(turn, jobs, plugins));
      remember(found);
    } catch (PluginFault e) {
      LOG.warn("Nothing is advised: {}", e.getMessage());
    }
  }

  private static boolean suspends(PlanningCycle.Turn turn) {
    return turn.plan().decisions().stream()
        .anyMatch(one -> one instanceof Decision.Start start && !start.suspends().isEmpty());
  }

  private static Map<Question, List<Remedy>> search(
      PlanningCycle.Turn turn, List<PendingJob> jobs, ServingPlugins plugins) throws PluginFault {
    try {
      RemedySearch search =
          new RemedySearch(turn.input(), turn.plan().decisions(), plugins, turn.now());
      Map<Question, List<Remedy>> found = new LinkedHashMap<>();
      for (PendingJob job : jobs) {
        found.put(Question.of(job), List.copyOf(search.of(job)));
      }
      return found;
    } catch (InnerFault e) {
      throw (PluginFault) e.getCause();
    }
  }

  /** One of each kind; jobs that don't wait for resources or their turn can't be helped so. */
  private List<PendingJob> jobs(PlanningCycle.Turn turn) {
    Set<Long> waiting = new HashSet<>();
    for (Decision decision : turn.plan().decisions()) {
      if (decision instanceof Decision.Reserve
          || decision instanceof Decision.Wait wait && helps(wait.reason())) {
        waiting.add(decision.jobId());
      }
    }
    Set<Question> seen = new HashSet<>();
    List<PendingJob> jobs = new ArrayList<>();
    int row = collect(turn.queue(), waiting, 0, FIRST_OF_THE_QUEUE, seen, jobs);
    int from = next < turn.queue().size() ? Math.max(row, next) : row;
    next = collect(turn.queue(), waiting, from, IN_ONE_TURN, seen, jobs);
    return jobs;
  }

  /** Adds jobs from a row on until there are so many; gives the row that comes next. */
  private static int collect(
      EligibleJobs queue,
      Set<Long> waiting,
      int from,
      int most,
      Set<Question> seen,
      List<PendingJob> jobs) {
    int row = from;
    for (; row < queue.size() && jobs.size() < most; row++) {
      if (waiting.contains(queue.jobId(row))) {
        PendingJob job = queue.get(row);
        if (seen.add(Question.of(job))) {
          jobs.add(job);
        }
      }
    }
    return row;
  }

  private static boolean helps(Reason reason) {
    return reason == Reason.RESOURCES
        || reason == Reason.PRIORITY
        || reason == Reason.RESERVED_FOR_OTHERS
        || reason == Reason.RESERVED_FOR_MAINTENANCE;
  }

  private synchronized void remember(Map<Question, List<Remedy>> found) {
    found.forEach(
        (question, remedies) -> {
          known.remove(question);
          known.put(question, remedies);
        });
    var oldest = known.keySet().iterator();
    for (int surplus = known.size() - REMEMBERED; surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** What was found out last for jobs like this one, the smallest change first; may be empty. */
  synchronized List<Remedy> remedies(Job job) {
    List<Remedy> all = new ArrayList<>();
    for (String partition : job.spec().partitions()) {
      Question question =
          new Question(
              job.spec().request(), job.status().timeLimit(), job.spec().reservation(), partition);
      all.addAll(known.getOrDefault(question, List.of()));
    }
    return all;
  }
}
