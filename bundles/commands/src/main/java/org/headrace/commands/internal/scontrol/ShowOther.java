package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.commands.internal.cli.Product;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.ClusterSettings;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** The smaller things that {@code scontrol show} shows. */
final class ShowOther {
  private static final int MAX_HOST_FILE = 16 * 1024 * 1024;
  private static final int KEY_WIDTH = 23;

  private final Session session;
  private final Snapshot snapshot;

  ShowOther(Session session) {
    this.session = session;
    this.snapshot = session.snapshot();
  }

  void run(String entity, String word, String id) throws Exception {
    switch (entity) {
      case "licenses", "license", "lic" -> new Licenses(session).show(id);
      case "reservation", "reservations", "res", "reservationname" -> reservations(id);
      default -> {
        if (session.data()) {
          session.error(textOnly(word));
        } else {
          text(entity, word, id);
        }
      }
    }
  }

  static String textOnly(String word) {
    return "scontrol: error: show " + word + " is offered as text only, without --json and --yaml";
  }

  private void text(String entity, String word, String id) throws Exception {
    switch (entity) {
      case "config", "configuration" -> config(id);
      case "hostnames", "hostname" -> hostNames(id);
      case "hostlist" -> hostList(id, false);
      case "hostlistsorted" -> hostList(id, true);
      case "topology", "topo" -> topology(id);
      case "daemons" -> print("slurmctld slurmd");
      case "aliases", "alias" -> print(Hostlist.compress(nodeNames()).isEmpty() ? "" : aliases());
      case "plugins", "plugin" -> plugins();
      case "burstbuffer", "bb", "bbstat", "dwstat", "federation" -> {}
      case "slurmd" -> new NodeQuestions(session).agent(id);
      default -> session.error("invalid entity:" + word + " for keyword:show ");
    }
  }

  private void print(String line) {
    session.out().println(line);
  }

  private void reservations(String id) throws IOException {
    List<ReservationDefinition> found =
        snapshot.reservationDefinitions().stream()
            .filter(one -> id.isEmpty() || one.name().equals(id))
            .filter(session.visibility()::reservation)
            .toList();
    if (found.isEmpty() && !id.isEmpty()) {
      session.missing("Reservation " + id + " not found");
    } else if (session.data()) {
      session.answer(
          out -> {
            out.startArray("reservations");
            for (ReservationDefinition one : found) {
              ReservationData.write(out, one, snapshot);
            }
            out.endArray();
            out.time("last_update", session.clock.millis());
          });
    } else if (found.isEmpty()) {
      print("No reservations in the system");
    } else {
      ReservationText text = new ReservationText(snapshot, session.times());
      found.forEach(one -> session.out().print(text.text(one, session.oneLine)));
    }
  }

  private List<String> nodeNames() {
    return snapshot.nodes().stream().map(node -> node.name()).toList();
  }

  private String aliases() {
    return String.join(" ", nodeNames());
  }

  private void hostNames(String id) {
    String text = id.isEmpty() ? variable() : id;
    if (text.isEmpty()) {
      session.invocation.err().println("scontrol: error: host list is empty");
      return;
    }
    try {
      Hostlist.expand(text).forEach(this::print);
    } catch (TextFormatException e) {
      session.error("Invalid hostlist: " + e.getMessage());
    }
  }

  private String variable() {
    Map<String, String> environment = session.invocation.environment();
    return environment.getOrDefault(
        "SLURM_JOB_NODELIST", environment.getOrDefault("SLURM_NODELIST", ""));
  }

  private void hostList(String id, boolean sorted) {
    if (id.isEmpty()) {
      session.error("invalid list of hosts: name them, or a file with their names by its path");
      return;
    }
    try {
      String text = id;
      if (id.startsWith("/")) {
        byte[] content = session.invocation.readFile(id, MAX_HOST_FILE);
        text = new String(content, StandardCharsets.UTF_8).strip().replaceAll("[\\s,]+", ",");
      }
      List<String> names = Hostlist.expand(text);
      print(sorted ? sortedList(names) : Hostlist.compress(names));
    } catch (TextFormatException e) {
      session.error("Invalid hostlist: " + e.getMessage());
    } catch (IOException e) {
      session.error("unable to open " + id + ": " + e.getMessage());
    }
  }

  private static String sortedList(List<String> names) {
    return Hostlist.compressSorted(names);
  }

  private void topology(String id) {
    try {
      new TopologyText(snapshot.topologies()).lines(id).forEach(this::print);
    } catch (TextFormatException e) {
      session.error("scontrol: error: " + e.getMessage());
    }
  }

  private void config(String id) {
    config(id, session.out());
  }

  /** Prints the configuration in force, or one key of it. */
  void config(String id, PrintStream out) {
    Map<String, String> settings = snapshot.definition().settings();
    Map<String, ClusterSettings.Configured> configured = new HashMap<>();
    settings.forEach(
        (key, value) -> configured.put(key, new ClusterSettings.Configured(value, null)));
    String hosts = settings.getOrDefault("SlurmctldHost", "");
    List<String> controllers = hosts.isEmpty() ? List.of() : List.of(hosts.split(","));
    Map<String, String> runtime = new HashMap<>();
    runtime.put("HASH_VAL", "Match");
    runtime.put("SLURM_VERSION", Product.VERSION.substring(Product.VERSION.indexOf(' ') + 1));
    runtime.put("MULTIPLE_SLURMD", "Yes");
    runtime.put("AccountingStorageTRES", tracked(settings.get("AccountingStorageTRES")));
    runtime.put("MaxNodeCount", Integer.toString(snapshot.nodes().size()));
    if (snapshot.nextJobId() > 0) {
      runtime.put("NEXT_JOB_ID", Long.toString(snapshot.nextJobId()));
    }
    for (String key : List.of("SLURM_CONF", "SlurmUser", "SlurmdUser")) {
      String value = settings.get(key);
      if (value != null) {
        runtime.put(key, value.equals("root") ? "root(0)" : value);
      }
    }
    if (session.control.diagnostics() != null) {
      runtime.put("BOOT_TIME", session.times().iso(session.control.diagnostics().since()));
    }
    runtime.put(
        "SlurmctldDebug",
        new LogLevels(session).word(settings.getOrDefault("SlurmctldDebug", "info")));
    runtime.put("DebugFlags", session.debugFlags.text(settings.getOrDefault("DebugFlags", "")));
    Map<String, String> shown = new ClusterSettings(configured, controllers).shown(runtime);
    out.println("Configuration data as of " + session.times().iso(session.clock.millis()));
    String wanted = id.toLowerCase(Locale.ROOT);
    shown.forEach(
        (key, value) -> {
          if (wanted.isEmpty() || key.toLowerCase(Locale.ROOT).equals(wanted)) {
            out.println(padded(key) + " = " + value);
          }
        });
    out.println();
    Ping.lines(session).forEach(out::println);
  }

  /** What is always accounted, and what is accounted besides. */
  private static String tracked(String besides) {
    String always = "cpu,mem,energy,node,billing,fs/disk,vmem,pages";
    return besides == null || besides.isEmpty() || besides.startsWith(always)
        ? always
        : always + "," + besides;
  }

  private static String padded(String key) {
    return key.length() >= KEY_WIDTH ? key : key + " ".repeat(KEY_WIDTH - key.length());
  }

  private void plugins() {
    if (session.plugins == null) {
      session.error("scontrol: error: The registry of plugins is not there at the moment");
      return;
    }
    print(
        "%-14s %-16s %-12s %-11s %9s %9s %9s %6s"
            .formatted(
                "KIND", "NAME", "VERSION", "STATE", "CALLS", "MEAN_US", "WORST_US", "FAULTS"));
    for (PluginStatus one : session.plugins.list()) {
      print(
          "%-14s %-16s %-12s %-11s %9d %9d %9d %6d%s"
              .formatted(
                  one.kind(),
                  one.name(),
                  one.version(),
                  one.state(),
                  one.calls(),
                  one.meanMicros(),
                  one.worstMicros(),
                  one.faults(),
                  one.lastFault().isEmpty() ? "" : "  " + one.lastFault()));
    }
  }
}
