package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.model.NodeState;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.NodeChange;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.NodeStatus;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code scontrol update}. */
final class Update {
  private static final Map<String, String> DURATIONS =
      Map.of("timelimit", "TimeLimit", "timemin", "TimeMin", "delayboot", "DelayBoot");

  private final Session session;

  Update(Session session) {
    this.session = session;
  }

  /**
   * One setting.
   *
   * @param key name in lower case, without a sign
   * @param sign {@code +} or {@code -} of {@code +=} and {@code -=}, or a blank
   * @param value value
   * @param word as it was written
   */
  record Setting(String key, char sign, String value, String word) {}

  void run(List<String> words) throws Exception {
    if (words.isEmpty()) {
      session.error("too few arguments for update keyword");
      return;
    }
    List<Setting> settings = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      if (word.equalsIgnoreCase("ResetAccrueTime")) {
        settings.add(new Setting(JobUpdate.ACCRUAL_RESET, ' ', "", word));
      } else if (word.equalsIgnoreCase("skip")) {
        settings.add(new Setting("skip", ' ', "", word));
      } else if (equals < 0 && i + 1 < words.size() && i == 0) {
        settings.add(new Setting(word.toLowerCase(Locale.ROOT), ' ', words.get(++i), word));
      } else if (equals <= 0) {
        unsupported(word);
        return;
      } else {
        settings.add(setting(word, equals));
      }
    }
    // A job has a reservation as well, so it comes first wherever it stands.
    Setting first =
        settings.stream()
            .filter(one -> isEntity(one.key()))
            .min(Comparator.comparing(one -> !one.key().startsWith("job")))
            .or(() -> settings.stream().filter(one -> one.key().equals("jobname")).findFirst())
            .orElse(settings.get(0));
    settings.remove(first);
    switch (first.key()) {
      case "jobid", "job" -> jobs(first.value(), settings);
      case "jobname" -> jobs("name=" + first.value(), settings);
      case "nodename", "node" -> nodes(first.value(), settings);
      case "partitionname", "partition" -> partition(first.value(), settings);
      case "stepid", "step" ->
          session.error("scontrol: error: Steps can't be changed; change the job's TimeLimit");
      case "reservationname", "reservation" ->
          new Reservations(session)
              .update(first.value(), settings.stream().map(Setting::word).toList());
      default -> {
        session.error("No valid entity in update command");
        session.error(
            "Input line must include \"NodeName\", \"PartitionName\" or \"JobId\", not only "
                + first.word());
      }
    }
  }

  private static boolean isEntity(String key) {
    return switch (key) {
      case "jobid",
          "job",
          "nodename",
          "node",
          "partitionname",
          "stepid",
          "step",
          "reservationname",
          "reservation" ->
          true;
      default -> false;
    };
  }

  private static Setting setting(String word, int equals) {
    char sign = word.charAt(equals - 1);
    boolean signed = equals > 1 && (sign == '+' || sign == '-');
    String key = word.substring(0, signed ? equals - 1 : equals).toLowerCase(Locale.ROOT);
    return new Setting(key, signed ? sign : ' ', word.substring(equals + 1), word);
  }

  private void unsupported(String word) {
    session.error("Update of this parameter is not supported: " + word);
    session.error("Request aborted");
  }

  private void jobs(String ids, List<Setting> settings) throws Exception {
    if (settings.isEmpty()) {
      session.error("No changes specified");
      return;
    }
    for (JobNames.Named named : new JobNames(session).all(List.of(ids))) {
      Outcome.Rejected rejected = job(named, settings);
      if (rejected != null) {
        String after = " for job " + named.word();
        if (session.mine(named.target())) {
          session.rejected("", rejected, after);
        } else {
          session.notTheirs("", rejected, after);
        }
      }
    }
  }

  private Outcome.Rejected job(JobNames.Named named, List<Setting> settings) throws Exception {
    var jobs =
        named.target() == null
            ? List.<org.headrace.api.job.Job>of()
            : session.snapshot().jobOrArray(named.target().jobId());
    if (jobs.isEmpty()) {
      return new Outcome.Rejected(ErrorCode.INVALID_JOB_ID, "");
    }
    JobUpdate update = new JobUpdate(jobs.get(0), session.times());
    for (Setting setting : settings) {
      try {
        if (!update.add(setting)) {
          unsupported(setting.word());
          return null;
        }
      } catch (IllegalArgumentException e) {
        if (DURATIONS.containsKey(setting.key())) {
          session.error("scontrol: error: Invalid " + DURATIONS.get(setting.key()) + " value");
        }
        session.error(
            "scontrol: error: Invalid value in " + setting.word() + ": " + e.getMessage());
        return null;
      }
    }
    if (update.hold()) {
      Outcome.Rejected rejected =
          session.execute(
              new Command.HoldJob(named.target(), !session.visibility().administrator()));
      if (rejected != null) {
        return rejected;
      }
    }
    if (update.leavesTooLittle()) {
      return new Outcome.Rejected(ErrorCode.INVALID_TIME_MIN, "");
    }
    List<JobChange> changes = update.changes();
    return changes.isEmpty()
        ? null
        : session.execute(new Command.UpdateJob(named.target(), changes));
  }

  private void nodes(String expression, List<Setting> settings) throws Exception {
    List<String> names;
    try {
      names =
          expression.equalsIgnoreCase("ALL")
              ? session.snapshot().nodes().stream().map(node -> node.name()).toList()
              : Hostlist.expand(expression);
    } catch (TextFormatException e) {
      session.error("slurm_update error: Invalid node name specified");
      session.error("scontrol: error: " + e.getMessage());
      return;
    }
    NodeUpdate update = new NodeUpdate();
    for (Setting setting : settings) {
      String problem = update.add(setting);
      if (problem != null) {
        session.error(problem);
        session.error("Request aborted");
        if (setting.key().equals("state")) {
          session.error(
              "Valid states are: DOWN DRAIN FAIL IDLE RESUME UNDRAIN\n"
                  + "Not all states are valid given a node's prior state");
        }
        return;
      }
    }
    if (update.empty()) {
      session.error("No changes specified");
    } else if (update.needsReason() && !haveReasons(names)) {
      session.error("You must specify a reason when DOWNING or DRAINING a node. Request denied");
    } else {
      for (Command command : update.commands(names, change(names))) {
        Outcome.Rejected rejected = session.execute(command);
        if (rejected != null) {
          session.notTheirs("slurm_update error: ", rejected, "");
          return;
        }
      }
    }
  }

  private boolean haveReasons(List<String> names) {
    return names.stream()
        .map(session.snapshot()::nodeStatus)
        .allMatch(node -> node != null && !node.view().state().reason().isEmpty());
  }

  /** The change by which a new reason is given to nodes that stay as they are. */
  private NodeChange change(List<String> names) {
    for (String name : names) {
      NodeStatus node = session.snapshot().nodeStatus(name);
      if (node != null && node.view().state().base() == NodeState.Base.DOWN) {
        return NodeChange.DOWN;
      }
      if (node != null && node.view().state().has(NodeState.Flag.FAIL)) {
        return NodeChange.FAIL;
      }
    }
    return NodeChange.DRAIN;
  }

  private void partition(String name, List<Setting> settings) throws Exception {
    PartitionUpdate update = new PartitionUpdate(session.snapshot(), name);
    for (Setting setting : settings) {
      try {
        if (!update.add(setting)) {
          session.error(
              "scontrol: error: Update of this parameter is not supported: " + setting.word());
          session.error("\nscontrol: error: Request aborted");
          return;
        }
      } catch (PartitionUpdate.Wrong e) {
        session.error(e.getMessage());
        return;
      }
    }
    if (update.changes().isEmpty()) {
      session.error("No changes specified");
      return;
    }
    Outcome.Rejected rejected =
        session.execute(new Command.UpdatePartition(name, update.changes()));
    if (rejected != null) {
      session.notTheirs("slurm_update error: ", rejected, "");
    }
  }
}
