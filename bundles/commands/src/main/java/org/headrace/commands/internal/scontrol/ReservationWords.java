package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;

/** Reads {@code scontrol create reservation} and {@code scontrol update reservation}. */
final class ReservationWords {
  private static final long YEAR = 365L * 24 * 3600 * 1000;

  private final Snapshot snapshot;
  private final TimeTexts times;
  private String name = "";
  private long id;
  private long start;
  private long end;
  private long duration;
  private List<String> nodes = List.of();
  private String partition = "";
  private int nodeCount;
  private String features = "";
  private Admission users = Admission.ALL;
  private Admission accounts = Admission.ALL;
  private final Set<Flag> flags = EnumSet.noneOf(Flag.class);

  /** For a new one. */
  ReservationWords(Snapshot snapshot, TimeTexts times) {
    this.snapshot = snapshot;
    this.times = times;
  }

  /** For a change of {@code old}. */
  ReservationWords(Snapshot snapshot, TimeTexts times, ReservationDefinition old) {
    this(snapshot, times);
    name = old.name();
    id = old.id();
    start = old.start();
    end = old.end();
    nodes = old.nodes();
    partition = old.partition();
    nodeCount = old.nodeCount();
    features = old.features();
    users = old.users();
    accounts = old.accounts();
    flags.addAll(old.flags());
  }

  /**
   * One word.
   *
   * @throws IllegalArgumentException if it can't be used; the message says why
   */
  void add(String word) {
    int equals = word.indexOf('=');
    char sign = equals > 1 ? word.charAt(equals - 1) : ' ';
    boolean signed = sign == '+' || sign == '-';
    String key =
        word.substring(0, equals < 0 ? word.length() : signed ? equals - 1 : equals)
            .toLowerCase(Locale.ROOT);
    String value = equals < 0 ? "" : word.substring(equals + 1);
    switch (key) {
      case "reservation", "reservationname" -> name = value;
      case "starttime" -> start = times.parse(value);
      case "endtime" -> end = times.parse(value);
      case "duration" -> duration = duration(value);
      case "nodes" -> nodes(value, sign);
      case "nodecnt", "nodecount" -> nodeCount(value);
      case "features", "feature" -> features = value;
      case "partition", "partitionname" -> partition = value;
      case "user", "users" -> users = admission(users, value, sign);
      case "account", "accounts" -> accounts = admission(accounts, value, sign);
      case "flags" -> flags(value, sign);
      default -> throw new IllegalArgumentException("Unknown parameter " + word);
    }
  }

  private static long duration(String value) {
    long minutes = SlurmDuration.parseMinutes(value);
    return minutes == SlurmDuration.INFINITE ? YEAR : minutes * 60_000;
  }

  private void nodes(String value, char sign) {
    boolean all = value.equalsIgnoreCase("ALL");
    Set<String> named = new LinkedHashSet<>(sign == ' ' ? List.of() : nodes);
    List<String> these =
        all ? snapshot.nodes().stream().map(NodeView::name).toList() : Hostlist.expand(value);
    if (sign == '-') {
      these.forEach(named::remove);
    } else {
      named.addAll(these);
    }
    nodes = new ArrayList<>(named);
    flags.add(Flag.SPEC_NODES);
    flags.remove(Flag.ALL_NODES);
    if (all) {
      flags.add(Flag.ALL_NODES);
    }
  }

  private void nodeCount(String value) {
    if (!value.matches("\\d{1,7}[kK]?")) {
      throw new IllegalArgumentException("Invalid node count " + value);
    }
    boolean kibi = !Character.isDigit(value.charAt(value.length() - 1));
    int number = Integer.parseInt(kibi ? value.substring(0, value.length() - 1) : value);
    nodeCount = kibi ? Math.multiplyExact(number, 1024) : number;
    flags.remove(Flag.SPEC_NODES);
    flags.remove(Flag.ALL_NODES);
  }

  private static Admission admission(Admission before, String value, char sign) {
    Set<String> names = new LinkedHashSet<>();
    boolean denied = sign == '-' && before.names().isEmpty();
    if (sign != ' ' && !before.names().isEmpty()) {
      names.addAll(before.names());
      denied = before.denied();
    }
    for (String part : value.isEmpty() ? new String[0] : value.split(",")) {
      boolean minus = part.startsWith("-");
      String one = minus || part.startsWith("+") ? part.substring(1) : part;
      if (part.startsWith("+") && names.isEmpty()) {
        names.addAll(before.names());
        denied = before.denied();
      }
      denied |= minus;
      if (sign == '-' && before.names().contains(one)) {
        names.remove(one);
      } else {
        names.add(one);
      }
    }
    return new Admission(new ArrayList<>(names), denied);
  }

  private void flags(String value, char sign) {
    for (String word : value.split(",")) {
      String upper = word.strip().toUpperCase(Locale.ROOT);
      Flag flag =
          switch (upper) {
            case "NO_HOLD_JOBS_AFTER_END", "NO_HOLD_JOBS" -> Flag.NO_HOLD_JOBS_AFTER;
            case "IGNORE_RUNNING", "IGNORE_JOBS" -> Flag.IGNORE_JOBS;
            case "MAINT", "FLEX", "OVERLAP", "PART_NODES", "NO_HOLD_JOBS_AFTER" ->
                Flag.valueOf(upper);
            case "HOURLY", "DAILY", "WEEKDAY", "WEEKEND", "WEEKLY" -> Flag.valueOf(upper);
            case "STATIC_ALLOC", "REPLACE_DOWN" -> Flag.valueOf(upper);
            case "SPEC_NODES" -> Flag.SPEC_NODES;
            default -> null;
          };
      if (flag == null) {
        throw new IllegalArgumentException(
            "Error parsing flags "
                + word
                + "; offered are MAINT, FLEX, OVERLAP, IGNORE_JOBS, PART_NODES,"
                + " NO_HOLD_JOBS_AFTER, HOURLY, DAILY, WEEKDAY, WEEKEND, WEEKLY, STATIC_ALLOC,"
                + " REPLACE_DOWN");
      }
      if (sign == '-') {
        flags.remove(flag);
      } else {
        flags.add(flag);
      }
    }
  }

  /**
   * The reservation as it is to be.
   *
   * @throws IllegalArgumentException if something is missing
   */
  ReservationDefinition definition() {
    if (start == 0) {
      throw new IllegalArgumentException("A start time must be given.");
    }
    if (duration > 0) {
      end = start + duration;
    }
    if (end == 0) {
      throw new IllegalArgumentException("An end time or duration must be given.");
    }
    chooseNodes();
    if (users.names().isEmpty() && accounts.names().isEmpty()) {
      throw new IllegalArgumentException("Either Users/Groups and/or Accounts must be specified.");
    }
    ReservationDefinition once =
        new ReservationDefinition(
            id,
            name,
            start,
            end,
            nodes,
            partition,
            users,
            accounts,
            flags,
            nodeCount,
            features,
            times.zone().getId());
    return once.repeats() ? once : once.inNoZone();
  }

  /** Named ones, or those of a partition; a number of them is chosen by the controller. */
  private void chooseNodes() {
    if (flags.contains(Flag.SPEC_NODES)) {
      nodeCount = 0;
    }
    if (nodeCount > 0) {
      for (PartitionDefinition one : partitions()) {
        partition = partition.isEmpty() && one.isDefault() ? one.name() : partition;
      }
    } else if (nodes.isEmpty() || flags.contains(Flag.PART_NODES)) {
      if (flags.contains(Flag.REPLACE_DOWN)) {
        throw new IllegalArgumentException("REPLACE_DOWN needs NodeCnt.");
      }
      partitionNodes();
    }
  }

  private List<PartitionDefinition> partitions() {
    return snapshot.definition() == null ? List.of() : snapshot.definition().partitions();
  }

  private void partitionNodes() {
    PartitionView of = snapshot.partition(partition);
    if (partition.isEmpty() || of == null) {
      throw new IllegalArgumentException(
          partition.isEmpty()
              ? "Nodes or PartitionName must be specified."
              : "there is no partition " + partition);
    }
    List<String> names = new ArrayList<>();
    of.nodes().forEach(node -> names.add(snapshot.node(node).name()));
    nodes = names;
  }
}
