package org.headrace.bench.internal.workloads;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job, or a task of an array, as {@code scontrol show job} has it.
 *
 * @param id by which it can be cancelled
 * @param nodes how many it has
 * @param tres what it has been given, by name
 * @param list its nodes
 */
record Seen(
    String id,
    String state,
    String reason,
    long priority,
    String nodes,
    String cpus,
    Map<String, String> tres,
    String list,
    String exitCode,
    String nice) {
  private static final Set<String> MOVING = Set.of("COMPLETING", "CONFIGURING");
  private static final Pattern WORD = Pattern.compile("(?:^|\\s)([A-Za-z][\\w/:]*)=(\\S*)");
  private static final Pattern RANGE =
      Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?(?::(\\d{1,9}))?");

  boolean pending() {
    return state.equals("PENDING");
  }

  boolean running() {
    return state.equals("RUNNING");
  }

  /** On its way into or out of its nodes. */
  boolean moving() {
    return MOVING.contains(state);
  }

  boolean ended() {
    return !pending() && !running() && !moving();
  }

  Seen withReason(String other) {
    return new Seen(id, state, other, priority, nodes, cpus, tres, list, exitCode, nice);
  }

  /** One of several where it is given now as this, now as that. */
  Set<String> reasons() {
    return Set.of(reason.replaceFirst("^None\\|", "").split("\\|"));
  }

  String allocation() {
    return "nodes=%s cpus=%s %s".formatted(nodes, cpus, tres);
  }

  /** What {@code scontrol -o show job} printed, by keys as {@link JobSpec#keys} has them. */
  static Map<String, Seen> parse(List<String> lines, String prefix) {
    Map<String, Seen> all = new TreeMap<>();
    for (String line : lines) {
      Map<String, String> words = words(line);
      String name = words.getOrDefault("JobName", "");
      if (!name.startsWith(prefix)) {
        continue;
      }
      String task = words.get("ArrayTaskId");
      if (task == null) {
        all.put(name, seen(words, words.get("JobId")));
        continue;
      }
      for (int number : numbers(task)) {
        Seen one = seen(words, words.get("ArrayJobId") + "_" + number);
        all.merge(JobSpec.key(name, Integer.toString(number)), one, (a, b) -> a.pending() ? b : a);
      }
    }
    return all;
  }

  private static Seen seen(Map<String, String> words, String id) {
    Map<String, String> tres = new TreeMap<>();
    String text = words.getOrDefault("AllocTRES", words.getOrDefault("TRES", ""));
    for (String one : text.split(",")) {
      int equals = one.indexOf('=');
      if (equals > 0) {
        tres.put(one.substring(0, equals), one.substring(equals + 1));
      }
    }
    return new Seen(
        id,
        words.getOrDefault("JobState", ""),
        reason(words.getOrDefault("Reason", "")),
        Long.parseLong(words.getOrDefault("Priority", "0")),
        words.getOrDefault("NumNodes", ""),
        words.getOrDefault("NumCPUs", ""),
        tres,
        words.getOrDefault("NodeList", ""),
        words.getOrDefault("ExitCode", ""),
        words.getOrDefault("Nice", "0"));
  }

  /** Words that mean the same: listed as a difference. */
  private static String reason(String text) {
    return text.startsWith("Nodes_required_for_job_are_DOWN") ? "Resources" : text;
  }

  private static Map<String, String> words(String line) {
    Map<String, String> words = new LinkedHashMap<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.putIfAbsent(matcher.group(1), matcher.group(2));
    }
    return words;
  }

  /** Of {@code 0-3,7%2}; none of an array of which no task is left that hasn't started. */
  private static List<Integer> numbers(String text) {
    List<Integer> all = new ArrayList<>();
    for (String part : text.replaceFirst("%.*", "").split(",")) {
      Matcher range = RANGE.matcher(part);
      if (range.matches()) {
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        int step = range.group(3) == null ? 1 : Integer.parseInt(range.group(3));
        for (int number = first; number <= last; number += step) {
          all.add(number);
        }
      }
    }
    return all;
  }
}
