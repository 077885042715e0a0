package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.control.Verbosity;
import org.headrace.control.Verbosity.Area;

/**
 * Which parts of the controller's log say more, in the words of {@code setdebugflags}. What was set
 * lasts until the configuration is read again. Safe for any thread.
 */
public final class DebugFlags {
  /** In the order in which they are shown. */
  private static final List<String> NAMES =
      List.of(
          ("Accrue JobAccountGather Agent Backfill BackfillMap BurstBuffer Cgroup CpuFrequency"
                  + " CPU_Bind Data DB_Archive DB_Assoc DB_TRES DB_Event DB_Job DB_QOS DB_Query"
                  + " DB_Reservation DB_Resource DB_Step DB_Usage Dependency Elasticsearch Energy"
                  + " ExtSensors Federation FrontEnd Gang Gres Hetjob Interconnect JobContainer"
                  + " NodeFeatures License MPI Network NetworkRaw NO_CONF_HASH Power Priority"
                  + " Profile Protocol Reservation Route Script SelectType Steps Switch TimeCray"
                  + " TraceJobs Triggers WorkQueue")
              .split(" "));

  private static final Map<String, Area> AREAS =
      Map.ofEntries(
          Map.entry("Agent", Area.NODES),
          Map.entry("Route", Area.NODES),
          Map.entry("Steps", Area.NODES),
          Map.entry("Backfill", Area.PLANNING),
          Map.entry("BackfillMap", Area.PLANNING),
          Map.entry("SelectType", Area.SELECTION),
          Map.entry("Priority", Area.PRIORITY),
          Map.entry("Gres", Area.GRES),
          Map.entry("Network", Area.MESSAGES),
          Map.entry("NetworkRaw", Area.MESSAGES),
          Map.entry("Protocol", Area.MESSAGES),
          Map.entry("DB_Job", Area.ACCOUNTING),
          Map.entry("DB_Step", Area.ACCOUNTING),
          Map.entry("DB_Query", Area.ACCOUNTING));

  private Set<String> set;

  /** The flags in force, as they are shown. */
  synchronized String text(String configured) {
    Set<String> now = inForce(configured);
    return now.isEmpty()
        ? "(null)"
        : String.join(",", NAMES.stream().filter(now::contains).toList());
  }

  private Set<String> inForce(String configured) {
    if (set != null) {
      return set;
    }
    Set<String> flags = new TreeSet<>();
    for (String word : configured.split(",")) {
      String name = name(word.strip());
      if (name != null) {
        flags.add(name);
      }
    }
    return flags;
  }

  private static String name(String word) {
    return NAMES.stream().filter(name -> name.equalsIgnoreCase(word)).findFirst().orElse(null);
  }

  /**
   * Puts the configured flags into force, in place of any that were set.
   *
   * @throws IOException if the log can't be configured
   */
  synchronized void reset(String configured, Verbosity verbosity) throws IOException {
    set = null;
    apply(inForce(configured), verbosity);
  }

  private static void apply(Set<String> flags, Verbosity verbosity) throws IOException {
    Set<Area> areas = EnumSet.noneOf(Area.class);
    AREAS.forEach(
        (flag, area) -> {
          if (flags.contains(flag)) {
            areas.add(area);
          }
        });
    if (verbosity != null) {
      verbosity.detailed(areas);
    }
  }

  /** The flags of a configuration. */
  static String configured(Map<String, String> settings) {
    return settings.getOrDefault("DebugFlags", "");
  }

  /** Adds or removes flags, and says what is wrong with them. */
  void change(Session session, List<String> words) throws IOException {
    if (words.size() != 1) {
      String many = words.isEmpty() ? "few" : "many";
      session.error("too " + many + " arguments for keyword:setdebugflags");
      return;
    }
    String word = words.get(0);
    char sign = word.isEmpty() ? ' ' : word.charAt(0);
    List<String> flags = new ArrayList<>();
    boolean good = sign == '+' || sign == '-';
    for (String one : good ? word.substring(1).split(",") : new String[0]) {
      String name = name(one);
      if (name == null) {
        session.error("scontrol: error: Invalid DebugFlag: " + one);
        session.error("invalid debug flag: " + word);
        return;
      }
      flags.add(name);
    }
    if (!good) {
      session.error("invalid debug flag: " + word);
      session.error("Usage: setdebugflags [+|-]NAME");
    } else if (!session.visibility().administrator()) {
      session.error("slurm_set_debug_flags error: Permission denied");
    } else {
      change(
          sign == '+',
          flags,
          configured(session.snapshot().definition().settings()),
          session.verbosity);
    }
  }

  private synchronized void change(
      boolean add, List<String> flags, String configured, Verbosity verbosity) throws IOException {
    Set<String> next = new TreeSet<>(inForce(configured));
    if (add) {
      next.addAll(flags);
    } else {
      next.removeAll(flags);
    }
    apply(next, verbosity);
    set = next;
  }
}
