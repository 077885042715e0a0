package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.headrace.control.MemberProbe.State;
import org.headrace.control.definition.ControllerMember;

/** Which controllers are there, and how they are. */
final class Ping {
  private static final int DEFAULT_PORT = 6817;

  private Ping() {}

  /**
   * {@code Slurmctld(primary) at host is UP}, and so on for each of them, as Slurm does; of
   * several, who leads and who doesn't follow yet comes after that.
   */
  static List<String> lines(Session session) {
    List<ControllerMember> members = members(session);
    List<CompletableFuture<State>> answers = new ArrayList<>();
    for (ControllerMember member : members) {
      // The only one is the one that says this.
      answers.add(
          members.size() == 1
              ? CompletableFuture.completedFuture(State.LEADS)
              : CompletableFuture.supplyAsync(
                  () -> session.probe == null ? State.SILENT : session.probe.state(member)));
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      String role = i == 0 ? "primary" : members.size() == 2 ? "backup" : "backup" + i;
      String state = answers.get(i).join() == State.SILENT ? "DOWN" : "UP";
      lines.add("Slurmctld(" + role + ") at " + members.get(i).name() + " is " + state);
    }
    for (int i = 0; i < members.size() && members.size() > 1; i++) {
      String name = members.get(i).name();
      switch (answers.get(i).join()) {
        case LEADS -> lines.add(name + " leads");
        case CATCHES_UP -> lines.add(name + " is catching up");
        default -> {
          // Said above.
        }
      }
    }
    return lines;
  }

  /** All controllers, as configured. */
  static List<ControllerMember> members(Session session) {
    return members(session.snapshot().definition().settings());
  }

  private static List<ControllerMember> members(Map<String, String> settings) {
    String first = settings.getOrDefault("SlurmctldPort", "" + DEFAULT_PORT).split("-")[0];
    int port = Integer.parseInt(first.strip());
    List<ControllerMember> members = new ArrayList<>();
    for (String host : settings.getOrDefault("SlurmctldHost", "localhost").split(",")) {
      int open = host.indexOf('(');
      members.add(
          open < 0
              ? new ControllerMember(host, host, port)
              : new ControllerMember(
                  host.substring(0, open), host.substring(open + 1, host.length() - 1), port));
    }
    return members;
  }
}
