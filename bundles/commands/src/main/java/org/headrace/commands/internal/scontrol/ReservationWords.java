package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.submit.LicenseNotation;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Clock;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.definition.ReservationDefinition.Groups;
import org.headrace.control.definition.ReservationDefinition.Share;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Reads {@code scontrol create reservation} and {@code scontrol update reservation}. */
final class ReservationWords {
  /** For how long a reservation stays unused before it ends, if nothing else is said. */
  private static final long PURGE_AFTER = 5 * 60_000;

  /** So long ago may a new one begin: what was meant for now is a little late. */
  private static final long LATE = 10 * 60_000;

  private static final int LEAST_LETTERS = 3;

  private static final List<String> KEYS =
      List.of(
          "reservationname",
          "starttime",
          "endtime",
          "duration",
          "nodes",
          "nodecnt",
          "nodecount",
          "corecnt",
          "corecount",
          "licenses",
          "tres",
          "features",
          "partitionname",
          "users",
          "accounts",
          "groups",
          "maxstartdelay",
          "flags");

  private static final long YEAR = 365L * 24 * 3600 * 1000;

  private final Snapshot snapshot;
  private final TimeTexts times;
  private final ToIntFunction<String> groupIds;
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
  private Map<String, Integer> licenses = Map.of();
  private List<Integer> coreCounts = List.of();
  private Map<String, CoreSet> cores = Map.of();
  private long purgeAfter;
  private long used;
  private long startDelay;
  private Groups groups = Groups.ALL;
  private final Set<Flag> flags = EnumSet.noneOf(Flag.class);

  /** A group that isn't known. */
  static final class NoGroup extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NoGroup(String message) {
      super(message);
    }
  }

  /** A new one would have begun long ago. */
  static final class Late extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Late(boolean repeats) {
      super(
          "a new one may begin 10 minutes ago at the most"
              + (repeats ? "; Flags=FORCE_START lets it begin before" : ""));
    }
  }

  /**
   * For a new one.
   *
   * @param groupIds the number of a group by its name; throws an {@link IllegalArgumentException}
   *     if there is none
   */
  ReservationWords(Snapshot snapshot, TimeTexts times, ToIntFunction<String> groupIds) {
    this.snapshot = snapshot;
    this.times = times;
    this.groupIds = groupIds;
  }

  /** For a change of {@code old}. */
  ReservationWords(
      Snapshot snapshot,
      TimeTexts times,
      ToIntFunction<String> groupIds,
      ReservationDefinition old) {
    this(snapshot, times, groupIds);
    name = old.name();
    id = old.id();
    start = old.startsAt(times.now());
    end = old.endsAt(times.now());
    nodes = old.nodes();
    partition = old.partition();
    nodeCount = old.nodeCount();
    features = old.features();
    licenses = old.share().licenses();
    coreCounts = old.share().coreCounts();
    cores = old.share().cores();
    purgeAfter = old.clock().purgeAfter();
    used = old.clock().used();
    startDelay = old.clock().startDelay();
    groups = old.groups();
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
    switch (full(key)) {
      case "reservationname" -> name = value;
      case "starttime" -> start = time("start", word, value);
      case "endtime" -> end = time("end", word, value);
      case "duration" -> duration = duration(word, value);
      case "nodes" -> nodes(value, sign);
      case "nodecnt", "nodecount" -> nodeCount(value);
      case "corecnt", "corecount" -> coreCounts = coreCounts(value);
      case "licenses" -> licenses = LicenseNotation.parse(value);
      case "tres" -> tres(value);
      case "features" -> features = value;
      case "partitionname" -> partition = value;
      case "users" -> users = admission(users, value, sign);
      case "accounts" -> accounts = admission(accounts, value, sign);
      case "groups" -> groups = groups(value, sign);
      case "maxstartdelay" -> startDelay = startDelay(word, value);
      case "flags" -> flags(value, sign);
      default ->
          throw new IllegalArgumentException(
              equals < 0
                  ? "Misformatted parameter '%s', most options have a parameter after '='."
                      .formatted(word)
                  : "Unknown parameter " + word + ".");
    }
  }

  /** What isn't one has been explained before the word is called invalid, as by Slurm. */
  private long time(String which, String word, String value) {
    try {
      return times.parse(value);
    } catch (TextFormatException e) {
      throw new IllegalArgumentException("Invalid " + which + " time " + word + ".", e);
    }
  }

  /** Keys may be cut short; of three letters or more they are told apart. */
  private static String full(String key) {
    return KEYS.stream()
        .filter(known -> key.length() >= LEAST_LETTERS && known.startsWith(key))
        .findFirst()
        .orElse(key);
  }

  private static long duration(String word, String value) {
    long minutes;
    try {
      minutes = SlurmDuration.parseMinutes(value);
    } catch (TextFormatException e) {
      throw new IllegalArgumentException("Invalid duration " + word + ".");
    }
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

  private static List<Integer> coreCounts(String value) {
    List<Integer> counts = new ArrayList<>();
    for (String one : value.split(",", -1)) {
      if (!one.matches("\\d{1,9}")) {
        throw new IllegalArgumentException("Invalid core count " + value);
      }
      counts.add(Integer.parseInt(one));
    }
    counts.removeIf(count -> count == 0);
    return counts;
  }

  /** Another way to say how many nodes, CPUs and licences. */
  private void tres(String value) {
    for (String part : value.split(",")) {
      int equals = part.indexOf('=');
      String what = equals < 0 ? part : part.substring(0, equals).toLowerCase(Locale.ROOT);
      String count = equals < 0 ? "" : part.substring(equals + 1);
      if (what.equals("node")) {
        nodeCount(count);
      } else if (what.equals("cpu")) {
        coreCounts = coreCounts(count);
      } else if (what.startsWith("license/")) {
        Map<String, Integer> all = new TreeMap<>(licenses);
        all.putAll(LicenseNotation.parse(what.substring("license/".length()) + ":" + count));
        licenses = all;
      } else {
        throw new IllegalArgumentException(
            "couldn't identify configured TRES '%s'; node, cpu and license/NAME can be reserved"
                .formatted(what));
      }
    }
  }

  private Groups groups(String value, char sign) {
    Map<String, Integer> those = new LinkedHashMap<>();
    for (int i = 0; sign != ' ' && i < groups.names().size(); i++) {
      those.put(groups.names().get(i), groups.ids().get(i));
    }
    for (String one : value.isEmpty() ? new String[0] : value.split(",")) {
      if (one.startsWith("-")) {
        throw new NoGroup("groups can't be denied access: name those that have it, or users");
      }
      if (sign == '-') {
        those.remove(one);
      } else {
        those.put(one, groupIds.applyAsInt(one));
      }
    }
    return new Groups(List.copyOf(those.keySet()), List.copyOf(those.values()));
  }

  /** To the second, as a Slurm 22.05 keeps it. */
  private static long startDelay(String word, String value) {
    if (!value.matches("[0-9][0-9:-]*")) {
      throw new IllegalArgumentException("Invalid duration " + word + ".");
    }
    return SlurmDuration.parseSeconds(value) * 1000;
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
      if (upper.startsWith("PURGE_COMP=")) {
        purgeAfter = purgeAfter(word.strip().substring("PURGE_COMP=".length()));
        upper = "PURGE_COMP";
      }
      Flag flag =
          switch (upper) {
            case "NO_HOLD_JOBS_AFTER_END", "NO_HOLD_JOBS" -> Flag.NO_HOLD_JOBS_AFTER;
            case "IGNORE_RUNNING", "IGNORE_JOBS" -> Flag.IGNORE_JOBS;
            case "MAINT", "FLEX", "OVERLAP", "PART_NODES", "NO_HOLD_JOBS_AFTER" ->
                Flag.valueOf(upper);
            case "HOURLY", "DAILY", "WEEKDAY", "WEEKEND", "WEEKLY" -> Flag.valueOf(upper);
            case "STATIC_ALLOC", "REPLACE_DOWN", "REPLACE" -> Flag.valueOf(upper);
            case "TIME_FLOAT", "MAGNETIC", "PURGE_COMP" -> Flag.valueOf(upper);
            case "FIRST_CORES", "ANY_NODES", "USER_DELETE", "FORCE_START" -> Flag.valueOf(upper);
            case "LICENSE_ONLY" -> Flag.ANY_NODES;
            case "STATIC" -> Flag.STATIC_ALLOC;
            case "SPEC_NODES" -> Flag.SPEC_NODES;
            default -> null;
          };
      if (flag == null) {
        throw new IllegalArgumentException(
            "Error parsing flags "
                + word
                + ". Offered are MAINT, FLEX, OVERLAP, IGNORE_JOBS, PART_NODES,"
                + " NO_HOLD_JOBS_AFTER, HOURLY, DAILY, WEEKDAY, WEEKEND, WEEKLY, STATIC_ALLOC,"
                + " REPLACE, REPLACE_DOWN, TIME_FLOAT, MAGNETIC, PURGE_COMP, FIRST_CORES, ANY_NODES,"
                + " USER_DELETE, FORCE_START.");
      }
      if (sign == '-') {
        flags.remove(flag);
      } else {
        flags.add(flag);
      }
    }
  }

  private static long purgeAfter(String value) {
    long seconds = SlurmDuration.parseSeconds(value);
    if (seconds <= 0) {
      throw new IllegalArgumentException("PURGE_COMP=" + value + " has no end");
    }
    return seconds * 1000;
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
    if (!users.names().isEmpty() && !groups.names().isEmpty()) {
      throw new IllegalArgumentException(
          "Users and Groups are mutually exclusive.  You can have one or the other, but not both.");
    }
    if (users.names().isEmpty() && groups.names().isEmpty() && accounts.names().isEmpty()) {
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
            times.zone().getId(),
            new Share(licenses, coreCounts, coreCounts.isEmpty() ? Map.of() : cores),
            new Clock(flags.contains(Flag.PURGE_COMP) ? purge() : 0, 0, used, false, startDelay),
            groups);
    if (flags.contains(Flag.FORCE_START) && !once.repeats()) {
      throw new IllegalArgumentException(
          "FORCE_START is for one that repeats, such as with DAILY.");
    }
    if (id == 0 && start < times.now() - LATE && !flags.contains(Flag.FORCE_START)) {
      throw new Late(once.repeats());
    }
    if (flags.contains(Flag.TIME_FLOAT) && once.repeats()) {
      throw new IllegalArgumentException("TIME_FLOAT and a repetition exclude each other.");
    }
    return once.repeats() ? once : once.inNoZone();
  }

  private long purge() {
    return purgeAfter > 0 ? purgeAfter : PURGE_AFTER;
  }

  /** Named ones, or those of a partition; a number of them is chosen by the controller. */
  private void chooseNodes() {
    if (flags.contains(Flag.SPEC_NODES)) {
      nodeCount = 0;
    }
    boolean namesNone = nodes.isEmpty() && nodeCount == 0 && partition.isEmpty();
    if (namesNone && coreCounts.isEmpty() && !licenses.isEmpty()) {
      flags.add(Flag.ANY_NODES);
      return;
    }
    if (namesNone && flags.contains(Flag.ANY_NODES)) {
      throw new IllegalArgumentException("ANY_NODES needs Licenses.");
    }
    boolean counted = nodeCount > 0 || !coreCounts.isEmpty();
    if (!counted && flags.contains(Flag.REPLACE)) {
      throw new IllegalArgumentException("REPLACE needs NodeCnt.");
    }
    if (counted) {
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
