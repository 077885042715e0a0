package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.headrace.api.model.CoreSet;
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
        if (node == null) {
          continue;
        }
        CoreSet some = one.share().cores().get(name);
        int all = node.hardware().cores();
        int reserved = some == null ? all : some.size();
        cores += reserved;
        cpus += reserved * node.hardware().threadsPerCore();
      }
      return new Size(cores, cpus);
    }
  }

  String text(ReservationDefinition one, boolean oneLine) {
    Size size = Size.of(one, snapshot);
    boolean active = one.active(times.now());
    return new Block()
        .line(
            "ReservationName=%s StartTime=%s EndTime=%s Duration=%s"
                .formatted(
                    one.name(),
                    times.point(one.startsAt(times.now())),
                    times.point(one.endsAt(times.now())),
                    SlurmDuration.formatFull((one.end() - one.start()) / 1000)))
        .line(
            "Nodes=%s NodeCnt=%d CoreCnt=%d Features=%s PartitionName=%s Flags=%s"
                .formatted(
                    orNull(Hostlist.compressSorted(one.nodes())),
                    one.nodes().size(),
                    size.cores,
                    orNull(one.features()),
                    orNull(one.partition()),
                    String.join(",", flags(one))))
        .line("TRES=" + tres(size))
        .line(
            ("Users=%s Groups=%s Accounts=%s Licenses=%s State=%s BurstBuffer=(null)"
                    + " Watts=n/a")
                .formatted(
                    orNull(names(one.users())),
                    orNull(String.join(",", one.groups().names())),
                    orNull(names(one.accounts())),
                    orNull(licenses(one)),
                    active ? "ACTIVE" : "INACTIVE"))
        .line("MaxStartDelay=" + startDelay(one))
        .text(oneLine);
  }

  private static String startDelay(ReservationDefinition one) {
    long millis = one.clock().startDelay();
    return millis == 0 ? "(null)" : SlurmDuration.formatFull(millis / 1000);
  }

  private static String tres(Size size) {
    return size.cpus == 0 ? "(null)" : "cpu=" + size.cpus;
  }

  /** As users ask for them. */
  static String licenses(ReservationDefinition one) {
    return new TreeMap<>(one.share().licenses())
        .entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(","));
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
            Flag.ANY_NODES,
            Flag.STATIC_ALLOC,
            Flag.PART_NODES,
            Flag.FIRST_CORES,
            Flag.TIME_FLOAT,
            Flag.REPLACE,
            Flag.REPLACE_DOWN)) {
      if (one.has(flag)) {
        words.add(flag == Flag.STATIC_ALLOC ? "STATIC" : flag.name());
      }
    }
    if (one.has(Flag.PURGE_COMP)) {
      words.add("PURGE_COMP=" + SlurmDuration.formatFull(one.clock().purgeAfter() / 1000));
    }
    if (one.has(Flag.NO_HOLD_JOBS_AFTER)) {
      words.add("NO_HOLD_JOBS_AFTER_END");
    }
    for (Flag flag : List.of(Flag.MAGNETIC, Flag.USER_DELETE, Flag.FORCE_START)) {
      if (one.has(flag)) {
        words.add(flag.name());
      }
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
