package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.MemberProbe.State;
import org.headrace.control.definition.ControllerMember;

/** Which controllers are there, and how they are. */
final class Ping {
  private static final int DEFAULT_PORT = 6817;

  private Ping() {}

  /**
   * A controller that was asked.
   *
   * @param name its host
   * @param role what it is configured as
   * @param state how it is
   * @param micros how long the answer, or the wait for it, took
   */
  private record Asked(String name, String role, State state, long micros) {}

  private static List<Asked> ask(Session session) {
    List<ControllerMember> members = members(session);
    List<CompletableFuture<Asked>> answers = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      ControllerMember member = members.get(i);
      String role = i == 0 ? "primary" : members.size() == 2 ? "backup" : "backup" + i;
      // The only one is the one that says this.
      answers.add(
          members.size() == 1
              ? CompletableFuture.completedFuture(new Asked(member.name(), role, State.LEADS, 0))
              : CompletableFuture.supplyAsync(() -> ask(session, member, role)));
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static Asked ask(Session session, ControllerMember member, String role) {
    long from = System.nanoTime();
    State state = session.probe == null ? State.SILENT : session.probe.state(member);
    return new Asked(member.name(), role, state, (System.nanoTime() - from) / 1000);
  }

  /**
   * {@code Slurmctld(primary) at host is UP}, and so on for each of them, as Slurm does; of
   * several, who leads and who doesn't follow yet comes after that.
   */
  static List<String> lines(Session session) {
    List<Asked> asked = ask(session);
    List<String> lines = new ArrayList<>();
    for (Asked one : asked) {
      lines.add("Slurmctld(" + one.role + ") at " + one.name + " is " + word(one));
    }
    for (Asked one : asked.size() > 1 ? asked : List.<Asked>of()) {
      switch (one.state) {
        case LEADS -> lines.add(one.name + " leads");
        case CATCHES_UP -> lines.add(one.name + " is catching up");
        default -> {
          // Said above.
        }
      }
    }
    return lines;
  }

  private static String word(Asked one) {
    return one.state == State.SILENT ? "DOWN" : "UP";
  }

  /** The same as data. */
  static void data(Session session, DataWriter data) throws IOException {
    data.startArray("pings");
    for (Asked one : ask(session)) {
      data.startObject();
      data.field("hostname", one.name);
      data.field("pinged", word(one));
      data.field("responding", one.state != State.SILENT);
      data.field("latency", one.micros);
      data.field("mode", one.role);
      data.field("primary", one.role.equals("primary"));
      data.endObject();
    }
    data.endArray();
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
