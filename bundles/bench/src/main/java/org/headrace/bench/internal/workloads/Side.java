package org.headrace.bench.internal.workloads;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands;
import org.headrace.bench.internal.stat.Stopwatch;

/** One of the two, while it goes through a workload. */
final class Side {
  /** Longer than the pause between two passes, and than a node takes to tell how a job ended. */
  private static final double CALM_SECONDS = 4;

  /** So long reasons may change to and fro while nothing else does. */
  private static final double UNDECIDED_SECONDS = 15;

  private static final double MOST_SECONDS = 120;
  private static final TreeSet<String> NO_REASONS = new TreeSet<>();
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Pattern UNDER_WAY = Pattern.compile("PENDING|RUNNING|COMPLETING");
  private static final Pattern STALE = Pattern.compile("ReqNodeNotAvail|Resources");
  private static final List<String> UPDATE =
      List.of("scontrol", "update", "NodeName=n[1-" + Site.NODES + "]");

  private final Commands commands;
  private final Path pipes;
  private final Path script;
  private final List<String> ids = new ArrayList<>();
  private final Set<Integer> released = new HashSet<>();
  private String prefix = "";

  /**
   * @param cluster whose commands are used
   * @param workingDirectory for the pipes by which jobs are told to end
   */
  Side(Cluster cluster, Path workingDirectory) throws IOException {
    this.commands = cluster.commands();
    this.pipes = Files.createDirectories(workingDirectory.resolve("pipes"));
    this.script = workingDirectory.resolve("job.sh");
    // A job waits for a line with its exit code.
    Files.writeString(
        script, "#!/bin/sh\nread -r code <\"$1$SLURM_ARRAY_TASK_ID\"\nexit \"$code\"\n");
  }

  /** Features, accounts and qualities of service; what is there already stays. */
  void setUp() {
    Site.SETUP.forEach(command -> run(command));
  }

  /** Forgets the workload before, and makes ready for this one. No job starts until {@link #go}. */
  void begin(Workload workload) throws IOException {
    cancelAll();
    ids.clear();
    released.clear();
    prefix = "w" + workload.seed() + "j";
    run(Site.words("scontrol delete ReservationName=" + Workload.RESERVATION));
    run(with(UPDATE, "State=RESUME")); // which says that it is a mistake where none is drained
    if (workload.reserved()) {
      need(
          Site.words(
              "scontrol create reservation ReservationName="
                  + Workload.RESERVATION
                  + " StartTime=now Duration=30-0 Nodes=n4 Users=root"));
    }
    halt();
    List<String> make = new ArrayList<>(List.of("mkfifo"));
    for (JobSpec job : workload.jobs()) {
      job.keys().map(this::pipe).filter(Files::notExists).map(Path::toString).forEach(make::add);
    }
    if (make.size() > 1) {
      commands.need(make.toArray(String[]::new));
    }
  }

  /** No job starts any more, and those that run go on. */
  void halt() {
    need(with(UPDATE, "State=DRAIN", "Reason=workloads"));
  }

  /** Jobs may start: one command, so that one look decides. */
  void go() {
    need(with(UPDATE, "State=RESUME"));
  }

  /** Submits a job; gives the first line of what was said against it, or nothing. */
  String submit(JobSpec job) {
    List<String> all = new ArrayList<>(List.of("sbatch", "--parsable"));
    all.addAll(job.arguments(ids));
    all.addAll(List.of(script.toString(), pipes.resolve(job.name() + "_").toString()));
    Commands.Output output = run(all);
    boolean accepted = output.status() == 0 && !output.lines().isEmpty();
    ids.add(accepted ? output.lines().get(0) : "");
    return accepted ? "" : firstError(output);
  }

  /** The last job has been refused by one side: on neither does anybody wait for it. */
  void forgetLast() {
    ids.set(ids.size() - 1, "");
  }

  /** The last job must not run here, as the other side has refused it. */
  void cancelLast() {
    need(List.of("scancel", ids.get(ids.size() - 1)));
  }

  private static String firstError(Commands.Output output) {
    return output.err().lines().findFirst().orElse("status " + output.status());
  }

  private Path pipe(String key) {
    // Jobs without tasks have their name with nothing behind the line.
    int task = key.indexOf('_');
    return pipes.resolve(task < 0 ? key + "_" : key);
  }

  Map<String, Seen> look() {
    return Seen.parse(commands.need("scontrol", "-o", "show", "job").lines(), prefix);
  }

  /** Keys of pending jobs as squeue lists them by priority; tasks of an array are one. */
  List<String> queue() {
    return commands.need("squeue", "-h", "-t", "PD", "-S", "-p,i", "-o", "%j").lines();
  }

  /** What is seen once nothing has changed for some seconds, and nothing is on its way. */
  Map<String, Seen> calm() {
    return await(all -> all.values().stream().noneMatch(Seen::moving));
  }

  private Map<String, Seen> await(Predicate<Map<String, Seen>> settled) {
    Stopwatch all = Stopwatch.start();
    Stopwatch same = Stopwatch.start();
    Stopwatch sameStates = Stopwatch.start();
    Map<String, Seen> last = look();
    Map<String, TreeSet<String>> reasons = new TreeMap<>();
    while (all.seconds() < MOST_SECONDS) {
      if (settled.test(last)
          && (same.seconds() >= CALM_SECONDS || sameStates.seconds() >= UNDECIDED_SECONDS)) {
        return same.seconds() >= CALM_SECONDS ? last : withAll(last, reasons);
      }
      pause();
      Map<String, Seen> now = look();
      if (!now.equals(last)) {
        same = Stopwatch.start();
      }
      if (!withAll(now, Map.of()).equals(withAll(last, Map.of()))) {
        sameStates = Stopwatch.start();
        reasons.clear();
      }
      now.forEach(
          (key, seen) -> reasons.computeIfAbsent(key, one -> new TreeSet<>()).add(seen.reason()));
      last = now;
    }
    throw new BenchException(
        commands.folder() + ": jobs " + prefix + " did not come to rest in " + MOST_SECONDS + " s");
  }

  /** With all reasons that have been given of late: Slurm's two loops may say different ones. */
  private static Map<String, Seen> withAll(
      Map<String, Seen> jobs, Map<String, TreeSet<String>> reasons) {
    Map<String, Seen> result = new TreeMap<>();
    jobs.forEach(
        (key, seen) ->
            result.put(
                key, seen.withReason(String.join("|", reasons.getOrDefault(key, NO_REASONS)))));
    return result;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** Ends running jobs, one after the other; returns when all have gone. */
  void end(Map<String, JobSpec.End> ends) {
    Map<String, Seen> all = look();
    Map<String, Commands.Running> told = new TreeMap<>();
    ends.forEach(
        (key, end) -> {
          if (end.cancelled()) {
            need(List.of("scancel", all.get(key).id()));
          } else {
            told.put(
                key,
                commands.start(
                    List.of(
                        "timeout",
                        "60",
                        "sh",
                        "-c",
                        "echo " + end.exitCode() + " >\"$0\"",
                        pipe(key).toString())));
          }
        });
    told.values().forEach(commands::await);
    await(
        now -> ends.keySet().stream().map(now::get).allMatch(seen -> seen == null || seen.ended()));
  }

  /**
   * Has it find out anew why jobs wait that it says wait for nodes that aren't there: Slurm leaves
   * that reason as it is when the nodes are there again.
   */
  void refresh() {
    Map<String, String> stale = new TreeMap<>();
    look()
        .values()
        .forEach(
            seen -> {
              if (seen.pending() && STALE.matcher(seen.reason()).lookingAt()) {
                stale.put(seen.id().replaceFirst("_.*", ""), seen.nice());
              }
            });
    // What it has already: nothing changes but that the job is looked at anew.
    stale.forEach((id, nice) -> run(List.of("scontrol", "update", "JobId=" + id, "Nice=" + nice)));
  }

  /** Releases a job, by its index, that is held. */
  void release(int job) {
    if (!ids.get(job).isEmpty() && released.add(job)) {
      run(List.of("scontrol", "release", ids.get(job)));
    }
  }

  /**
   * What sacct says of the jobs of this workload, all of which have ended: state, exit code and
   * what they had.
   */
  Map<String, String> records(Workload workload) {
    Stopwatch waiting = Stopwatch.start();
    Map<String, String> records = recorded(workload);
    // A database hears of what happened a little later.
    while (records.values().stream().anyMatch(one -> UNDER_WAY.matcher(one).lookingAt())
        && waiting.seconds() < MOST_SECONDS) {
      pause();
      records = recorded(workload);
    }
    return records;
  }

  private Map<String, String> recorded(Workload workload) {
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      if (!ids.get(i).isEmpty()) {
        names.put(ids.get(i), workload.jobs().get(i).name());
      }
    }
    Map<String, String> all = new TreeMap<>();
    String columns = "JobID,State%30,ExitCode,AllocNodes,AllocCPUS,AllocTRES%80";
    String wanted = String.join(",", names.keySet());
    List<String> lines =
        commands
            .need("sacct", "-X", "-n", "-P", "-S", "now-1days", "-j", wanted, "-o", columns)
            .lines();
    for (String line : lines) {
      String[] words = line.split("\\|", -1);
      String[] id = words[0].split("_", 2);
      String key = names.get(id[0]);
      if (key == null || words[0].contains("[")) {
        continue; // tasks that never started have no records of their own
      }
      String state = words[1].startsWith("CANCELLED") ? "CANCELLED" : words[1];
      all.put(
          id.length == 1 ? key : JobSpec.key(key, id[1]),
          String.join(" ", Stream.concat(Stream.of(state), Arrays.stream(words).skip(2)).toList()));
    }
    return all;
  }

  void cancelAll() {
    run(List.of("scancel", "-u", System.getProperty("user.name")));
    Stopwatch waiting = Stopwatch.start();
    while (!commands.need("squeue", "-h", "-o", "%i").lines().isEmpty()) {
      if (waiting.seconds() > MOST_SECONDS) {
        throw new BenchException(commands.folder() + ": jobs that were cancelled don't end");
      }
      pause();
    }
  }

  private static List<String> with(List<String> command, String... words) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(words));
    return all;
  }

  private Commands.Output run(List<String> command) {
    return commands.run(command.toArray(String[]::new));
  }

  private void need(List<String> command) {
    commands.need(command.toArray(String[]::new));
  }
}
