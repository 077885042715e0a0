package org.headrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Options;
import org.headrace.bench.internal.Session;
import org.headrace.bench.internal.measure.ArrayAcceptance;
import org.headrace.bench.internal.measure.CommandLatency;
import org.headrace.bench.internal.measure.CrashRecovery;
import org.headrace.bench.internal.measure.IdleCpu;
import org.headrace.bench.internal.measure.JobExecution;
import org.headrace.bench.internal.measure.Measure;
import org.headrace.bench.internal.measure.ResidentMemory;
import org.headrace.bench.internal.measure.SubmissionRate;
import org.headrace.bench.internal.scheduler.SchedulerCommand;
import org.headrace.bench.internal.workloads.WorkloadsCommand;

/** The program behind {@code headrace bench}. */
public final class Main {
  private static final String LIVE = "--live";
  private static final String LIVE_NODES = "200";
  private static final String LIVE_ROUNDS = "3";
  private static final String HEAP = "HEADRACE_CONTROLLER_HEAP";

  private static final List<Measure> MEASURES =
      List.of(
          new IdleCpu(),
          new CommandLatency(),
          new SubmissionRate(),
          new ArrayAcceptance(),
          new JobExecution(),
          new ResidentMemory(),
          new CrashRecovery());

  private Main() {}

  /** Exit status 0: all was measured; 1: something could not be; 2: wrong arguments. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv()));
  }

  private static int run(List<String> arguments, Map<String, String> environment) {
    if (arguments.contains("workloads")) {
      return workloads(
          arguments.stream().filter(word -> !word.equals("workloads")).toList(), environment);
    }
    boolean scheduler = arguments.contains("scheduler");
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(scheduler ? SchedulerCommand.HELP : help());
      return 0;
    }
    List<String> rest = arguments.stream().filter(word -> !word.equals("scheduler")).toList();
    boolean live = rest.stream().anyMatch(word -> word.equals(LIVE) || word.startsWith("--peer"));
    if (scheduler && !live) {
      return scheduler(rest);
    }
    Options options;
    Path script;
    try {
      options = scheduler ? liveOptions(rest) : Options.parse(rest, names());
      script = script();
    } catch (BenchException e) {
      System.err.println("headrace bench: " + e.getMessage());
      return 2;
    }
    try (Session session = new Session(options, script, environment, System.out, System.err)) {
      if (scheduler) {
        return session.runDeep(environment.getOrDefault(HEAP, "2g")) ? 0 : 1;
      }
      List<Measure> wanted =
          MEASURES.stream().filter(measure -> options.wants(measure.name())).toList();
      return session.run(wanted) ? 0 : 1;
    } catch (BenchException | IOException e) {
      System.err.println("headrace bench: " + e.getMessage());
      return 1;
    }
  }

  private static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    MEASURES.forEach(measure -> names.add(measure.name()));
    return names;
  }

  private static Options liveOptions(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("--nodes", LIVE_NODES, "--rounds", LIVE_ROUNDS));
    arguments.stream().filter(word -> !word.equals(LIVE)).forEach(all::add);
    return Options.parse(all, Set.of());
  }

  private static int workloads(List<String> arguments, Map<String, String> environment) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(WorkloadsCommand.HELP);
      return 0;
    }
    WorkloadsCommand command = new WorkloadsCommand(System.out, System.err);
    Options options;
    Path script;
    try {
      if (command.parse(arguments).printsOnly()) {
        return 0;
      }
      options = Options.parse(command.peerOptions(), Set.of());
      script = script();
    } catch (BenchException e) {
      System.err.println("headrace bench: " + e.getMessage());
      return 2;
    }
    try (Session session = new Session(options, script, environment, System.out, System.err)) {
      return session.runWorkloads(command) ? 0 : 1;
    } catch (BenchException | IOException e) {
      System.err.println("headrace bench: " + e.getMessage());
      return 1;
    }
  }

  private static int scheduler(List<String> arguments) {
    try {
      new SchedulerCommand(System.out, System.err).run(arguments);
      return 0;
    } catch (BenchException | IOException e) {
      System.err.println("headrace bench: " + e.getMessage());
      return 2;
    }
  }

  private static Path script() {
    String name = System.getProperty("headrace.script", "");
    if (name.isEmpty() || !Files.isExecutable(Path.of(name))) {
      throw new BenchException(
          "-Dheadrace.script has to name the headrace script; call me by 'headrace bench'");
    }
    return Path.of(name);
  }

  private static String help() {
    StringBuilder text =
        new StringBuilder(
            """
            Usage: headrace bench [OPTION...]
                   headrace bench scheduler [OPTION...]   planning alone, at great depths (--help)
                   headrace bench scheduler --live|--peer [OPTION...]   a controller before a deep queue
                   headrace bench workloads [OPTION...]   decisions beside those of a running Slurm (--help)
            Measures the cluster at hand (headrace up), or else one that it starts for itself and ends
            again. One line per measure; what it is doing goes to standard error.
              --only NAME,...     only these measures:
            """);
    for (Measure measure : MEASURES) {
      text.append("                        %-8s %s%n".formatted(measure.name(), measure.purpose()));
    }
    return text.append(
            """
              --json              one JSON object
              --quick             few and small rounds: for trying, not for reporting
              --rounds N          rounds of each measure (5)
              --jobs N            no-op jobs per round (400)
              --pending N         pending jobs for memory and restart (100000)
              --nodes N           nodes of a cluster that it starts (4)
              --peer              also measure a running Slurm, turn by turn, and print ratios
              --peer-conf FILE    its slurm.conf (PEER_SLURM_CONF, else SLURM_CONF)
              --peer-bin DIR      its commands (PEER_BIN, else the first in PATH that aren't Headrace's)
              --peer-pid-file F   its controller's process id (PEER_SLURMCTLD_PIDFILE, else as configured)
              --peer-start CMD    shell command that starts its controller after a kill -9 (PEER_START);
                                  without it, restart is not measured there
              --peer-pending N    pending jobs there (5000): it takes them by sbatch only
            memory and restart always use a cluster of their own, never the one at hand; of the peer,
            memory counts what its jobs add, and restart kills its controller only with --peer-start.
            """)
        .toString();
  }
}
