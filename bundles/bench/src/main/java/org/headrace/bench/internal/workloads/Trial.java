package org.headrace.bench.internal.workloads;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.headrace.bench.internal.Progress;

/**
 * Takes both sides through one workload, in waves: nodes are drained, all is compared; nodes are
 * resumed by one command, jobs start, all is compared; some of those that run end, and so on. So
 * what starts doesn't hang on how fast either side is.
 */
final class Trial {
  private static final int WAVES = 5;

  /** What has to change in any case, whoever is ahead. */
  private static final Pattern BOUND = Pattern.compile("Licenses|(QOS|Assoc)\\w+");

  private static final Set<String> WAITS = Set.of("Resources", "Priority");
  private static final String KEPT_OUT = "ReqNodeNotAvail,_May_be_reserved_for_other_job";
  private static final Pattern NEVER_RAN =
      Pattern.compile("CANCELLED 0:0 0 \\d+ \nCANCELLED 0:0 0 \\d+ ");

  private static final Set<String> NOT_ELIGIBLE =
      Set.of(
          "Dependency",
          "DependencyNeverSatisfied",
          "BeginTime",
          "PartitionTimeLimit",
          "PartitionNodeLimit");

  private final Workload workload;
  private final Side ours;
  private final Side theirs;
  private final Progress progress;
  private final Map<String, JobSpec> jobs = new HashMap<>();
  private final Outcome outcome = new Outcome();
  private final Map<JobSpec, String> refused = new LinkedHashMap<>();
  private final List<String> sights = new ArrayList<>();

  Trial(Workload workload, Side ours, Side theirs, Progress progress) {
    this.workload = workload;
    this.ours = ours;
    this.theirs = theirs;
    this.progress = progress;
    workload.jobs().forEach(job -> job.keys().forEach(key -> jobs.put(key, job)));
  }

  /** What was found; {@code compared} counts by kind what there was to compare. */
  static final class Outcome {
    final Map<Difference.Kind, Integer> compared = new TreeMap<>();
    final List<Difference> differences = new ArrayList<>();
    int waves;
    boolean broken;
  }

  private record Both<T>(T ours, T theirs) {}

  /** Side by side, all that was seen: for whoever looks into a difference. */
  List<String> sights() {
    return sights;
  }

  Outcome run() throws IOException {
    each(
        side -> {
          try {
            side.begin(workload);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    submit();
    both(Side::calm);
    compareQueues("drained");
    for (int wave = 1; wave <= WAVES; wave++) {
      progress.step("seed %d: wave %d".formatted(workload.seed(), wave));
      String moment = "wave " + wave;
      each(Side::go);
      both(Side::calm);
      each(Side::refresh);
      Both<Map<String, Seen>> seen = both(Side::calm);
      outcome.waves = wave;
      boolean alike = startedAlike(moment, seen);
      compare(moment, seen, alike);
      if (!alike) {
        outcome.broken = true;
        break;
      }
      each(Side::halt);
      next(wave, seen.ours());
    }
    compareRefused();
    each(Side::cancelAll);
    compareRecords(both(side -> side.records(workload)));
    return outcome;
  }

  private void submit() {
    for (JobSpec job : workload.jobs()) {
      Both<String> said = both(side -> side.submit(job));
      count(Difference.Kind.SUBMISSION);
      if (said.ours().isEmpty() && !said.theirs().isEmpty()) {
        ours.cancelLast();
        differ(Difference.Kind.SUBMISSION, "submission", job.name(), "accepted", said.theirs());
      } else if (said.theirs().isEmpty() && !said.ours().isEmpty()) {
        refused.put(job, said.ours());
      }
      if (said.ours().isEmpty() != said.theirs().isEmpty()) {
        each(Side::forgetLast);
      }
    }
    progress.step("seed %d: %d jobs submitted".formatted(workload.seed(), workload.jobs().size()));
  }

  /** What could never run is refused here, and waits there for ever. */
  private void compareRefused() {
    Map<String, Seen> seen = theirs.look();
    refused.forEach(
        (job, error) -> {
          boolean ran =
              job.keys()
                  .map(seen::get)
                  .anyMatch(one -> one != null && !one.nodes().isEmpty() && !one.pending());
          differ(
              Difference.Kind.SUBMISSION,
              "submission",
              job.name(),
              error,
              ran ? "ran" : "waits",
              !ran);
        });
  }

  /** Ends some of those that run, and releases what was held. */
  private void next(int wave, Map<String, Seen> seen) {
    Random random = workload.random(wave);
    Map<String, JobSpec.End> ends = new TreeMap<>();
    seen.forEach(
        (key, job) -> {
          if (job.running() && random.nextInt(100) < 70) {
            ends.put(key, jobs.get(key).end());
          }
        });
    List<Integer> released = new ArrayList<>();
    for (int i = 0; i < workload.jobs().size(); i++) {
      if (workload.jobs().get(i).options().contains("-H") && random.nextInt(100) < 40) {
        released.add(i);
      }
    }
    each(
        side -> {
          side.end(ends);
          released.forEach(side::release);
        });
  }

  private boolean startedAlike(String moment, Both<Map<String, Seen>> seen) {
    boolean alike = true;
    for (String key : keys(seen)) {
      Seen our = seen.ours().get(key);
      Seen their = seen.theirs().get(key);
      if (our == null || their == null) {
        continue;
      }
      count(Difference.Kind.START);
      if (our.pending() != their.pending()) {
        alike = false;
        boolean known = !workload.placed() || besideOthers(our, their);
        differ(Difference.Kind.START, moment, key, our.state(), their.state(), known);
      }
    }
    return alike;
  }

  /** Slurm sets whole nodes aside for others; here it runs beside what is theirs. */
  private boolean besideOthers(Seen our, Seen their) {
    return !workload.whole()
        && our.running()
        && their.pending()
        && WAITS.containsAll(their.reasons());
  }

  private static TreeSet<String> keys(Both<Map<String, Seen>> seen) {
    TreeSet<String> keys = new TreeSet<>(seen.ours().keySet());
    keys.addAll(seen.theirs().keySet());
    return keys;
  }

  /** Where other jobs have started, others wait for other reasons: these aren't compared. */
  private void compare(String moment, Both<Map<String, Seen>> seen, boolean alike) {
    sights.add("== " + moment);
    for (String key : keys(seen)) {
      Seen our = seen.ours().get(key);
      Seen their = seen.theirs().get(key);
      if (our == null || their == null) {
        continue; // refused by one of them, which is said already
      }
      sights.add(
          sight(key, our) + "\n" + sight("", their) + "   " + jobs.get(key).line(workload.jobs()));
      if (our.pending() && their.pending()) {
        if (!alike) {
          continue;
        }
        count(Difference.Kind.REASON);
        if (!our.reason().equals(their.reason())) {
          boolean known =
              bound(our, their)
                  || bound(their, our)
                  || their.reasons().containsAll(our.reasons())
                  || saysMore(our, their)
                  || behindOthers(key, seen);
          differ(Difference.Kind.REASON, moment, key, our.reason(), their.reason(), known);
        }
        // That of a job that isn't eligible yet, or of which partition, is listed as a difference.
        if (!NOT_ELIGIBLE.contains(our.reason()) && !jobs.get(key).several()) {
          check(Difference.Kind.PRIORITY, moment, key, "" + our.priority(), "" + their.priority());
        }
      } else if (our.running() && their.running()) {
        check(Difference.Kind.ALLOCATION, moment, key, our.allocation(), their.allocation());
      } else if (our.ended() && their.ended()) {
        check(
            Difference.Kind.END,
            moment,
            key,
            our.state() + " " + our.exitCode(),
            their.state() + " " + their.exitCode());
      }
    }
  }

  private static String sight(String key, Seen seen) {
    return "%-10s %-10s %6d %-28s %-8s %s"
        .formatted(
            key,
            seen.state(),
            seen.priority(),
            seen.reason(),
            seen.list(),
            seen.pending() ? "" : seen.allocation());
  }

  /** Of two that both list in another order, the first that stands elsewhere is told. */
  private void compareQueues(String moment) {
    Both<List<String>> queues = both(Side::queue);
    List<String> our = compared(queues.ours(), queues.theirs());
    List<String> their = compared(queues.theirs(), queues.ours());
    for (int i = 0; i < Math.min(our.size(), their.size()); i++) {
      count(Difference.Kind.ORDER);
      if (!our.get(i).equals(their.get(i))) {
        differ(
            Difference.Kind.ORDER, moment, our.get(i), "number " + i, "there is " + their.get(i));
        return;
      }
    }
  }

  /** Those that both have, without those that wait for others: see {@link #NOT_ELIGIBLE}. */
  private List<String> compared(List<String> some, List<String> others) {
    return some.stream()
        .filter(others::contains)
        .filter(
            name ->
                workload.jobs().stream().noneMatch(job -> job.name().equals(name) && job.late()))
        .toList();
  }

  private void compareRecords(Both<Map<String, String>> records) {
    TreeSet<String> keys = new TreeSet<>(records.ours().keySet());
    keys.retainAll(records.theirs().keySet());
    if (outcome.broken) {
      return; // from there on, each went its own way
    }
    for (String key : keys) {
      String our = records.ours().get(key);
      String their = records.theirs().get(key);
      count(Difference.Kind.RECORD);
      if (!our.equals(their)) {
        boolean known =
            jobs.get(key).says("--mincpus") && NEVER_RAN.matcher(our + "\n" + their).matches();
        differ(Difference.Kind.RECORD, "end", key, our, their, known);
      }
    }
  }

  private void check(Difference.Kind kind, String moment, String key, String our, String their) {
    count(kind);
    if (!our.equals(their)) {
      differ(kind, moment, key, our, their);
    }
  }

  private void count(Difference.Kind kind) {
    outcome.compared.merge(kind, 1, Integer::sum);
  }

  /** One says that others are ahead of it, and the other what keeps it back, too. */
  private static boolean bound(Seen one, Seen other) {
    return one.reasons().contains("Priority")
        && other.reasons().stream().anyMatch(reason -> BOUND.matcher(reason).matches());
  }

  /** It says which reservation of others it waits for, or knows sooner that it waits in vain. */
  private static boolean saysMore(Seen our, Seen their) {
    return our.reason().equals(KEPT_OUT) && their.reasons().stream().anyMatch(WAITS::contains)
        || our.reason().equals("DependencyNeverSatisfied")
            && their.reasons().equals(Set.of("Dependency"));
  }

  /**
   * It waits for resources, and there are jobs of its partition with a higher priority, which wait
   * for something else: or it is bound by something that Slurm hasn't looked at.
   */
  private boolean behindOthers(String key, Both<Map<String, Seen>> seen) {
    Seen our = seen.ours().get(key);
    Seen their = seen.theirs().get(key);
    if (BOUND.matcher(our.reason()).matches()) {
      return their.reasons().contains("Resources") || their.reasons().contains(KEPT_OUT);
    }
    return our.reason().equals("Resources")
        && their.reasons().contains("Priority")
        && seen.ours().entrySet().stream()
            .anyMatch(
                other ->
                    other.getValue().pending()
                        && other.getValue().priority() > our.priority()
                        && !WAITS.contains(other.getValue().reason())
                        && jobs.get(other.getKey())
                            .partitions()
                            .equals(jobs.get(key).partitions()));
  }

  private void differ(Difference.Kind kind, String moment, String key, String our, String their) {
    differ(kind, moment, key, our, their, false);
  }

  private void differ(
      Difference.Kind kind, String moment, String key, String our, String their, boolean listed) {
    JobSpec job = jobs.containsKey(key) ? jobs.get(key) : jobs.get(JobSpec.key(key, "0"));
    outcome.differences.add(
        new Difference(kind, moment, key, job.line(workload.jobs()), our, their, listed));
  }

  private <T> Both<T> both(Function<Side, T> step) {
    CompletableFuture<T> there = CompletableFuture.supplyAsync(() -> step.apply(theirs));
    T here = step.apply(ours);
    try {
      return new Both<>(here, there.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void each(Consumer<Side> step) {
    both(
        side -> {
          step.accept(side);
          return null;
        });
  }
}
