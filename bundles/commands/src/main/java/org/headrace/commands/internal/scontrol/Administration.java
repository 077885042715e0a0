package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.control.command.Outcome;

/** Sub-commands about the controller itself. */
final class Administration {
  private static final Map<String, String> ERRORS =
      Map.of(
          "0", "No error",
          "2000", "Invalid partition name specified",
          "2002", "Access/permission denied",
          "2014", "Requested node configuration is not available",
          "2017", "Invalid job id specified",
          "2018", "Invalid node name specified",
          "2021", "Job/step already completing or completed");

  private final Session session;

  Administration(Session session) {
    this.session = session;
  }

  void run(String keyword, List<String> rest) throws Exception {
    switch (keyword) {
      case "ping" -> ping();
      case "reconfigure", "reconfig" -> reconfigure();
      case "completing" -> completing();
      case "setdebug" -> new LogLevels(session).set(rest);
      case "setdebugflags" -> session.debugFlags.change(session, rest);
      case "fsdampeningfactor" ->
          refuse(keyword, "is set in slurm.conf; change it there and run scontrol reconfigure");
      case "schedloglevel" -> new DaemonActions(session).schedulerLog(rest);
      case "errnumstr" -> errorText(rest);
      case "create", "delete" -> define(keyword, rest);
      case "shutdown" -> new DaemonActions(session).shutdown(rest);
      case "abort" -> refuse(keyword, "is not offered: scontrol shutdown ends the daemons");
      case "takeover" -> new DaemonActions(session).takeover(rest);
      case "reboot", "reboot_nodes" -> new DaemonActions(session).reboot(rest);
      case "cancel_reboot" -> new DaemonActions(session).cancelReboot(rest);
      case "token" -> new TokenRequest(session).run(rest);
      case "notify" -> new DaemonActions(session).tell(rest);
      case "power" -> refuse(keyword, "is not offered for nodes");
      case "top" -> new TopOfQueue(session).run(rest);
      case "cluster" -> {}
      default -> session.error("invalid keyword: " + keyword);
    }
  }

  private void refuse(String keyword, String why) {
    session.error("scontrol: error: " + keyword + " " + why);
  }

  private void ping() throws IOException {
    if (session.data()) {
      session.answer(data -> Ping.data(session, data));
      return;
    }
    List<String> lines = Ping.lines(session);
    lines.forEach(session.out()::println);
    if (lines.stream().anyMatch(line -> line.endsWith(" is DOWN"))) {
      session.out().println("*****************************************");
      session.out().println("** RESTORE SLURMCTLD DAEMON TO SERVICE **");
      session.out().println("*****************************************");
    }
  }

  private void reconfigure() throws Exception {
    Outcome.Rejected rejected =
        session.await(session.control.reconfigure(CommandFrame.actor(session.invocation)));
    if (rejected != null) {
      session.notTheirs("slurm_reconfigure error: ", rejected, "");
    }
  }

  private void completing() {
    session
        .snapshot()
        .jobs(
            row -> row.completing(),
            job -> {
              if (job.status().has(JobFlag.COMPLETING)) {
                session.out().println(line(job));
              }
            });
  }

  private String line(Job job) {
    long now = session.clock.millis();
    JobFacts facts = new JobFacts(job, session.snapshot(), now);
    long since = Math.max(0, (now - job.status().ended()) / 1000);
    return "JobId=%d EndTime=%s CompletingTime=%s Nodes(COMPLETING)=%s"
        .formatted(
            job.id(),
            session.times().point(job.status().ended(), "Unknown"),
            org.headrace.slurmconf.text.SlurmDuration.formatFull(since),
            facts.nodeList());
  }

  private void errorText(List<String> rest) {
    if (rest.isEmpty()) {
      session.error("one arguments required for keyword:errnumstr");
    } else if (!rest.get(0).matches("-?\\d{1,9}")) {
      session.error("Invalid error number: " + rest.get(0));
    } else {
      session.out().println(ERRORS.getOrDefault(rest.get(0), "Unknown error " + rest.get(0)));
    }
  }

  private void define(String keyword, List<String> rest) throws Exception {
    if (rest.isEmpty()) {
      session.error("too few arguments for " + keyword + " keyword");
      return;
    }
    String entity = rest.get(0).toLowerCase(Locale.ROOT);
    if (entity.startsWith("partition")) {
      refuse(
          keyword,
          "of partitions is done in slurm.conf: change the PartitionName line and run scontrol"
              + " reconfigure");
    } else if (entity.startsWith("node")) {
      refuse(
          keyword,
          "of nodes is done in slurm.conf: change the NodeName line and run scontrol reconfigure");
    } else if (entity.startsWith("reservation") || entity.startsWith("res")) {
      Reservations reservations = new Reservations(session);
      if (keyword.equals("create")) {
        reservations.create(rest);
      } else {
        reservations.delete(rest);
      }
    } else {
      boolean create = keyword.equals("create");
      String what = create ? "scontrol: error: Invalid creation" : "Invalid deletion";
      session.error(what + " entity: " + rest.get(0));
    }
  }
}
