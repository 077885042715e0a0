package org.headrace.commands.internal.sinfo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.headrace.commands.internal.cli.ClusterChoice;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Layout;
import org.headrace.commands.internal.format.LongFormat;
import org.headrace.commands.internal.format.ShortFormat;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.commands.internal.json.NodeJson;
import org.headrace.control.Control;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** One call of sinfo. */
final class SinfoRun {
  private static final int LEAST_WIDTH = 9;
  private static final String ALL_LETTERS = "abcdefghlmnoprstuvwzABCDEFGHILMNOPRSTUVXYZ";

  private final Control control;
  private final Invocation invocation;
  private final Clock clock;
  private final PrintStream out;
  private SinfoOptions options;
  private Snapshot snapshot;
  private TimeTexts times;

  SinfoRun(Control control, Invocation invocation, Clock clock) {
    this.control = control;
    this.invocation = invocation;
    this.clock = clock;
    this.out = invocation.out();
  }

  int run() throws Exception {
    options = SinfoOptions.parse(invocation.arguments(), invocation.environment());
    if (SinfoOptions.TABLE.answered(options.parsed(), invocation)) {
      return 0;
    }
    if (options.has("helpstate")) {
      out.println(StateFilter.VALID.replace(',', '\n'));
      return 0;
    }
    if (options.has("helpformat")) {
      new NodeColumns("").byName().keySet().stream().sorted().forEach(out::println);
      return 0;
    }
    String text = options.value("iterate");
    if (!text.isEmpty() && !text.matches("[1-9]\\d{0,6}")) {
      throw Refusal.error("sinfo", 1, "Error: invalid entry for --iterate=" + text);
    }
    show(!text.isEmpty());
    while (!text.isEmpty() && !gone(Long.parseLong(text))) {
      show(true);
    }
    return 0;
  }

  private void reservations(boolean header) {
    List<ReservationDefinition> all =
        snapshot.reservationDefinitions().stream()
            .filter(new Visibility(snapshot, invocation.caller(), true)::reservation)
            .toList();
    if (all.isEmpty()) {
      out.println("No reservations in the system");
      return;
    }
    int width = all.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    String format = "%-" + Math.max(9, width) + "s  %8s  %19s  %19s  %11s  %s%n";
    if (header) {
      out.printf(format, "RESV_NAME", "STATE", "START_TIME", "END_TIME", "DURATION", "NODELIST");
    }
    for (ReservationDefinition one : all) {
      boolean active = one.active(times.now());
      out.printf(
          format,
          one.name(),
          active ? "ACTIVE" : "INACTIVE",
          times.point(one.startsAt(times.now())),
          times.point(one.endsAt(times.now())),
          SlurmDuration.formatFull((one.end() - one.start()) / 1000),
          Hostlist.compressSorted(one.nodes()));
    }
  }

  private boolean gone(long seconds) throws Exception {
    out.println();
    out.flush();
    try {
      invocation.disconnected().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void show(boolean withDate) throws IOException {
    snapshot = control.snapshot();
    times = TimeTexts.of(invocation.environment(), clock.millis());
    checkClusters();
    if (options.has("reservation")) {
      reservations(!options.has("noheader"));
      return;
    }
    NodeSelection selection = new NodeSelection(options, snapshot, invocation.caller());
    selection.check();
    if (Answer.wanted(options.parsed())) {
      Answer.write(
          invocation,
          options.parsed(),
          snapshot.definition().name(),
          data -> {
            NodeJson nodes = new NodeJson(data, snapshot);
            nodes.write(selection.nodes());
            data.time("last_update", times.now());
          });
      return;
    }
    boolean header = !options.has("noheader");
    if (header && (withDate || options.has("long"))) {
      out.println(times.ctime(times.now()));
    }
    print(selection, header);
  }

  private void checkClusters() {
    String cluster = snapshot.definition().name();
    ClusterChoice.check("sinfo", options.parsed(), cluster);
    if (!options.value("clusters").isEmpty()) {
      out.println("CLUSTER: " + cluster);
    }
  }

  private void print(NodeSelection selection, boolean header) {
    NodeColumns columns =
        new NodeColumns(options.has("clusters") ? snapshot.definition().name() : "N/A");
    Layout<NodeGroup> layout = layout(columns);
    Grouping grouping = new Grouping(columns, layout, options, times);
    List<NodeGroup> groups = grouping.groups(selection.entries());
    if (header) {
      out.print(layout.header() + "\n");
    }
    for (NodeGroup group : groups) {
      out.print(layout.row(group) + "\n");
    }
  }

  private Layout<NodeGroup> layout(NodeColumns columns) {
    if (options.longFormat() && !options.everything()) {
      Consumer<String> unknown =
          what ->
              invocation.err().println("sinfo: error: Invalid job format specification: " + what);
      return new LongFormat<>(columns.byName(), unknown).parse(options.format());
    }
    Consumer<String> unknown =
        what -> invocation.err().println("Invalid node format specification: " + what);
    return new ShortFormat<>(columns.letters(), unknown).parse(sized());
  }

  private String sized() {
    String format = options.format();
    if (format.equals("%all") || options.longFormat()) {
      StringBuilder text = new StringBuilder();
      for (char letter : ALL_LETTERS.toCharArray()) {
        text.append('%').append(letter).append(Character.isUpperCase(letter) ? " |" : "|");
      }
      return text.substring(0, text.length() - 1);
    }
    int partition = LEAST_WIDTH;
    for (var one : snapshot.definition().partitions()) {
      partition = Math.max(partition, one.name().length() + (one.isDefault() ? 1 : 0));
    }
    int node = LEAST_WIDTH;
    if (format.contains("#N")) {
      for (var one : snapshot.nodes()) {
        node = Math.max(node, one.name().length());
      }
    }
    return format.replace("#P", partition + "P").replace("#N", node + "N");
  }
}
