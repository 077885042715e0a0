package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.NodeView;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** A reservation as {@code scontrol show reservation} prints it. */
final class ReservationText {
  private final Snapshot snapshot;
  private final TimeTexts times;

  ReservationText(Snapshot snapshot, TimeTexts times) {
    this.snapshot = snapshot;
    this.times = times;
  }

  /** How much is reserved. */
  record Size(int cores, int cpus) {
    static Size of(ReservationDefinition one, Snapshot snapshot) {
      int cores = 0;
      int cpus = 0;
      for (String name : one.nodes()) {
        NodeView node = snapshot.node(name);
        cores += node == null ? 0 : node.hardware().cores();
        cpus += node == null ? 0 : node.hardware().cpus();
      }
      return new Size(cores, cpus);
    }
  }

  String text(ReservationDefinition one, boolean oneLine) {
    Size size = Size.of(one, snapshot);
    boolean active = one.start() <= times.now() && times.now() < one.end();
    return new Block()
        .line(
            "ReservationName=%s StartTime=%s EndTime=%s Duration=%s"
                .formatted(
                    one.name(),
                    times.point(one.start()),
                    times.point(one.end()),
                    SlurmDuration.formatFull((one.end() - one.start()) / 1000)))
        .line(
            "Nodes=%s NodeCnt=%d CoreCnt=%d Features=%s PartitionName=%s Flags=%s"
                .formatted(
                    Hostlist.compressSorted(one.nodes()),
                    one.nodes().size(),
                    size.cores,
                    orNull(one.features()),
                    orNull(one.partition()),
                    String.join(",", flags(one))))
        .line("TRES=cpu=" + size.cpus)
        .line(
            ("Users=%s Groups=(null) Accounts=%s Licenses=(null) State=%s BurstBuffer=(null)"
                    + " Watts=n/a")
                .formatted(
                    orNull(names(one.users())),
                    orNull(names(one.accounts())),
                    active ? "ACTIVE" : "INACTIVE"))
        .line("MaxStartDelay=(null)")
        .text(oneLine);
  }

  static List<String> flags(ReservationDefinition one) {
    List<String> words = new ArrayList<>();
    for (Flag flag :
        List.of(
            Flag.MAINT,
            Flag.FLEX,
            Flag.OVERLAP,
            Flag.IGNORE_JOBS,
            Flag.HOURLY,
            Flag.DAILY,
            Flag.WEEKDAY,
            Flag.WEEKEND,
            Flag.WEEKLY,
            Flag.SPEC_NODES,
            Flag.ALL_NODES,
            Flag.STATIC_ALLOC,
            Flag.PART_NODES,
            Flag.REPLACE_DOWN)) {
      if (one.has(flag)) {
        words.add(flag == Flag.STATIC_ALLOC ? "STATIC" : flag.name());
      }
    }
    if (one.has(Flag.NO_HOLD_JOBS_AFTER)) {
      words.add("NO_HOLD_JOBS_AFTER_END");
    }
    return words;
  }

  /** Who is let in, or kept out; empty for everybody. */
  static String names(Admission who) {
    String sign = who.denied() ? "-" : "";
    return who.names().isEmpty() ? "" : sign + String.join("," + sign, who.names());
  }

  private static String orNull(String text) {
    return text.isEmpty() ? "(null)" : text;
  }
}
