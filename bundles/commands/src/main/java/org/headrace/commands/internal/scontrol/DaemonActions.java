package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** Sub-commands about daemons and nodes as machines, and the message to a job. */
final class DaemonActions {
  private final Session session;

  DaemonActions(Session session) {
    this.session = session;
  }

  /** Ends the controller, and the nodes' agents unless the controller alone is named. */
  void shutdown(List<String> words) {
    String which = words.isEmpty() ? "" : words.get(0).toLowerCase(Locale.ROOT);
    if (words.size() > 1) {
      session.error("too many arguments for keyword:shutdown");
    } else if (!List.of("", "slurmctld", "controller").contains(which)) {
      session.error("invalid shutdown argument:" + words.get(0));
    } else if (!session.visibility().administrator()) {
      session.error("slurm_shutdown error: Invalid user id");
    } else if (session.operations == null) {
      session.error("slurm_shutdown error: Requested operation is presently disabled");
    } else {
      if (Ping.members(session).size() > 1) {
        session
            .invocation
            .err()
            .println("scontrol: the other controllers go on, and one of them takes over");
      }
      session.operations.shutDown(which.isEmpty());
    }
  }

  /** There is no way to name who leads: the controllers elect one. */
  void takeover(List<String> words) {
    int controllers = Ping.members(session).size();
    if (words.size() > 1) {
      session.error("takeover: too many arguments");
    } else if (!words.isEmpty() && !backup(words.get(0), controllers)) {
      session.error("takeover: invalid backup controller index (" + words.get(0) + ")");
    } else if (controllers == 1) {
      session.error("slurm_takeover error: Unable to contact slurm controller (connect failure)");
      session.error("scontrol: error: There is no other controller that could take over");
    } else {
      session.error("slurm_takeover error: Requested operation is presently disabled");
      session.error(
          "scontrol: error: The controllers elect the one that leads. To have another one, end it:"
              + " scontrol shutdown slurmctld");
    }
  }

  private static boolean backup(String word, int controllers) {
    return word.matches("\\d{1,3}")
        && Integer.parseInt(word) >= 1
        && Integer.parseInt(word) < controllers;
  }

  void reboot(List<String> words) {
    List<String> nodes = new ArrayList<>();
    for (String word : words) {
      String key = word.toLowerCase(Locale.ROOT);
      if (key.startsWith("nextstate=")) {
        String state = word.substring(word.indexOf('=') + 1);
        if (!state.equalsIgnoreCase("down") && !state.equalsIgnoreCase("resume")) {
          session.error("Invalid state: " + state);
          session.error("Valid states: DOWN, RESUME");
          return;
        }
      } else if (!key.equals("asap") && !key.startsWith("reason=")) {
        nodes.add(word);
      }
    }
    if (nodes.isEmpty()) {
      session.error("Missing node list. Specify ALL|<NodeList>");
    } else if (session
        .snapshot()
        .definition()
        .settings()
        .getOrDefault("RebootProgram", "")
        .isEmpty()) {
      session.error("scontrol: error: RebootProgram isn't defined");
      session.error("scontrol_reboot_nodes error: Unspecified error");
    } else {
      session.error("scontrol_reboot_nodes error: Requested operation is presently disabled");
      session.error(
          "scontrol: error: RebootProgram is not run: drain the nodes, reboot them, and resume"
              + " them");
    }
  }

  void cancelReboot(List<String> words) {
    if (words.isEmpty()) {
      session.error("missing argument for keyword:cancel_reboot");
    } else if (!session.visibility().administrator()) {
      session.error("slurm_update error: Invalid user id");
    } else {
      session.error(
          "slurm_update error: "
              + (known(words.get(0)) ? "Invalid node state" : "Invalid node name")
              + " specified");
    }
  }

  private boolean known(String expression) {
    try {
      return Hostlist.expand(expression).stream()
          .allMatch(name -> session.snapshot().nodeStatus(name) != null);
    } catch (TextFormatException e) {
      return false;
    }
  }

  void schedulerLog(List<String> words) {
    if (words.size() != 1) {
      String many = words.isEmpty() ? "few" : "many";
      session.error("too " + many + " arguments for keyword:schedloglevel");
    } else if (!List.of("0", "1", "disable", "enable")
        .contains(words.get(0).toLowerCase(Locale.ROOT))) {
      session.error("invalid schedlog level: " + words.get(0));
    } else {
      session.error("slurm_set_schedlog_level error: Requested operation is presently disabled");
    }
  }

  /** Shows a text to whoever waits for a job. */
  void tell(List<String> words) throws Exception {
    if (words.size() < 2) {
      session.error("too few arguments for keyword:notify");
      return;
    }
    JobTarget target = JobNames.target(words.get(0).replaceFirst("\\..*", ""));
    Outcome.Rejected rejected =
        target == null
            ? new Outcome.Rejected(ErrorCode.INVALID_JOB_ID, "")
            : session.execute(
                new Command.NotifyJob(target, String.join(" ", words.subList(1, words.size()))));
    if (rejected != null) {
      session.notTheirs("job notify failure: ", rejected, "");
    }
  }
}
