package org.headrace.sim.internal.history;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.ConfigurationSource.ConfigurationInvalid;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.sim.internal.Progress;
import org.headrace.sim.internal.SimException;
import org.headrace.slurmconf.internal.source.SlurmConfSource;

/** {@code headrace sim --history}: what another configuration would have made of the history. */
public final class HistoryCommand {
  private static final List<String> OPTIONS =
      List.of("--conf", "--state", "--set", "--with", "--since", "--until", "--plots");
  private static final String SET = "--set";
  private static final String ENFORCE = "AccountingStorageEnforce";
  private static final int MOST_REFUSALS = 3;
  private static final String RECORDED = "recorded";
  private static final String AS_IS = "A, as it is";
  private static final String CHANGED = "B, changed";

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> changes = new LinkedHashMap<>();
  private Path conf;
  private Path changed;
  private Path state;
  private Path plots;
  private long since;
  private long until;

  public HistoryCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Does what the arguments say.
   *
   * @throws SimException if they, the configuration or the history are wrong
   */
  public void run(List<String> arguments) throws SimException {
    for (int i = 0; i < arguments.size(); i++) {
      if (!arguments.get(i).equals("--history")) {
        option(arguments.get(i), i + 1 < arguments.size() ? arguments.get(i + 1) : null);
        i++;
      }
    }
    if (conf == null) {
      throw new SimException("no configuration; give --conf slurm.conf (headrace sim --help)");
    }
    if (changes.isEmpty() && changed == null) {
      throw new SimException("nothing to compare with; give --set KEY=VALUE or --with FILE");
    }
    ClusterDefinition as = definition(conf, Map.of());
    ClusterDefinition other = definition(changed == null ? conf : changed, changes);
    History history = History.read(as, state, since, until);
    if (history.jobs().isEmpty()) {
      throw new SimException("the history has no job that ran and ended in that time");
    }
    report(as, other, history);
  }

  private void option(String name, String value) throws SimException {
    if (!OPTIONS.contains(name)) {
      throw new SimException("no option '" + name + "' (headrace sim --help)");
    }
    if (value == null) {
      throw new SimException(name + " needs a value");
    }
    switch (name) {
      case "--conf" -> conf = Path.of(value);
      case "--with" -> changed = Path.of(value);
      case "--state" -> state = Path.of(value);
      case "--plots" -> plots = Path.of(value);
      case "--since" -> since = time(name, value);
      case "--until" -> until = time(name, value);
      default -> {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw new SimException(name + " '" + value + "': KEY=VALUE is right");
        }
        change(value.substring(0, equals), value.substring(equals + 1));
      }
    }
  }

  private void change(String key, String value) throws SimException {
    if (key.equalsIgnoreCase(ENFORCE)) {
      throw new SimException("--set " + key + ": accounts and their limits aren't replayed");
    }
    changes.put(key, value);
  }

  private static long time(String name, String value) throws SimException {
    try {
      LocalDateTime time =
          value.length() == 10 ? LocalDate.parse(value).atStartOfDay() : LocalDateTime.parse(value);
      return time.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new SimException(
          name + " '" + value + "': a time such as 2026-11-23 or 2026-11-23T08:00:00 is right");
    }
  }

  private ClusterDefinition definition(Path file, Map<String, String> changes) throws SimException {
    try {
      ConfigurationSource.Loaded loaded =
          new SlurmConfSource(file, "localhost", changes, SET).load();
      loaded.warnings().stream()
          .filter(warning -> warning.startsWith(SET))
          .forEach(warning -> err.println("sim: " + warning));
      // Accounts are in the database of the time, and not replayed.
      Map<String, String> settings = new HashMap<>(loaded.definition().settings());
      settings.put(ENFORCE, "");
      return loaded.definition().withSettings(settings);
    } catch (ConfigurationInvalid e) {
      throw new SimException(file + ": " + e.getMessage());
    }
  }

  private void report(ClusterDefinition as, ClusterDefinition other, History history)
      throws SimException {
    long begun = System.nanoTime();
    Map<String, Map<Long, Long>> starts = new LinkedHashMap<>();
    starts.put(
        RECORDED, history.jobs().stream().collect(Collectors.toMap(PastJob::id, PastJob::started)));
    starts.put(AS_IS, replay(AS_IS, as, history));
    starts.put(CHANGED, replay(CHANGED, other, history));
    double seconds = (System.nanoTime() - begun) / 1e9;
    long first = history.jobs().get(0).arrived();
    long last = first + 1;
    for (Map<Long, Long> one : starts.values()) {
      for (PastJob job : history.jobs()) {
        last = Math.max(last, one.getOrDefault(job.id(), first) + job.run());
      }
    }
    int cpus = 0;
    for (NodeDefinition node : as.nodes()) {
      cpus += node.hardware().cpus();
    }
    Map<String, Figures> figures = new LinkedHashMap<>();
    for (Map.Entry<String, Map<Long, Long>> one : starts.entrySet()) {
      figures.put(one.getKey(), Figures.of(history.jobs(), one.getValue(), cpus, first, last));
    }
    print(figures, history);
    out.printf(
        Locale.ROOT,
        "%nsimulated in %.1f s, %.0f times real time%n",
        seconds,
        2 * (last - first) / 1e3 / seconds);
    if (plots != null) {
      write(Plots.svg(figures, last - first));
    }
  }

  private Map<Long, Long> replay(String name, ClusterDefinition definition, History history)
      throws SimException {
    Progress progress = new Progress(err, "jobs", history.jobs().size());
    HistoryRun.Result result;
    try {
      result = new HistoryRun(history, definition, progress::done).run();
    } catch (SimException e) {
      throw new SimException(name + ": " + e.getMessage());
    }
    result.refused().entrySet().stream()
        .limit(MOST_REFUSALS)
        .forEach(one -> err.println("sim: " + name + ": a job was refused: " + one.getValue()));
    if (!result.stuck().isEmpty()) {
      err.printf(
          "sim: %s: %d jobs never start; what they wait for: %s%n",
          name,
          result.stuck().size(),
          result.stuck().values().stream().distinct().collect(Collectors.joining(", ")));
    }
    return result.starts();
  }

  private void print(Map<String, Figures> figures, History history) {
    out.printf("%d jobs replayed, %d left out%n", history.jobs().size(), history.leftOut());
    out.printf("%-24s", "");
    figures.keySet().forEach(name -> out.printf("%14s", name));
    out.println();
    row(figures, "jobs that ran", one -> "" + one.jobs());
    row(figures, "mean wait, s", one -> number(one.meanWait() / 1e3));
    row(figures, "median wait, s", one -> number(one.medianWait() / 1e3));
    row(figures, "90 % wait less than, s", one -> number(one.longWait() / 1e3));
    row(figures, "bounded slowdown", one -> number(one.boundedSlowdown()));
    row(figures, "utilisation, %", one -> number(100 * one.utilisation()));
    row(figures, "makespan, s", one -> number(one.makespan() / 1e3));
    List<String> names = Figures.sizeNames();
    for (int i = 0; i < names.size(); i++) {
      int size = i;
      row(
          figures,
          "wait, " + names.get(i) + " CPUs, s",
          one -> Double.isNaN(one.waitBySize()[size]) ? "-" : number(one.waitBySize()[size] / 1e3));
    }
  }

  private void row(Map<String, Figures> figures, String what, Function<Figures, String> value) {
    out.printf("%-24s", what);
    figures.values().forEach(one -> out.printf("%14s", value.apply(one)));
    out.println();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private void write(String svg) throws SimException {
    try {
      Files.writeString(plots, svg);
    } catch (IOException e) {
      throw new SimException(plots + " can't be written: " + e.getMessage());
    }
  }
}
