package org.headrace.commands.internal.sreport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.api.accounting.JobUse;

/** The words after the name of a report. */
final class Question {
  final Set<String> users = new HashSet<>();
  final List<String> accounts = new ArrayList<>();
  final Set<String> wckeys = new HashSet<>();
  final Set<String> partitions = new HashSet<>();
  final Set<String> groups = new HashSet<>();
  final List<String> clusters = new ArrayList<>();
  String start = "";
  String end = "";
  String format = "";
  String grouping = "50,250,500,1000";
  int top = 10;
  boolean tree;
  boolean together;
  boolean flat;
  boolean children;
  boolean counts;

  /** Takes a word; false for one that isn't known. */
  boolean take(String word) {
    int equals = word.indexOf('=');
    String key = (equals < 0 ? word : word.substring(0, equals)).toLowerCase(Locale.ROOT);
    return equals < 0 ? flag(key) : value(key, word.substring(equals + 1));
  }

  private boolean flag(String word) {
    switch (word) {
      case "tree" -> tree = true;
      case "group" -> together = true;
      case "flatview" -> flat = true;
      case "acctasparent" -> children = true;
      case "printjobcount" -> counts = true;
      case "where", "all_clusters" -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean value(String key, String value) {
    List<String> list =
        Arrays.stream(value.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
    switch (named(key)) {
      case "start" -> start = value;
      case "end" -> end = value;
      case "format" -> format = value;
      case "clusters" -> clusters.addAll(list);
      case "users" -> users.addAll(list);
      case "accounts" ->
          accounts.addAll(list.stream().map(a -> a.toLowerCase(Locale.ROOT)).toList());
      case "wckeys" -> wckeys.addAll(list);
      case "partitions" -> partitions.addAll(list);
      case "gid" -> groups.addAll(list);
      case "grouping" -> grouping = value;
      case "topcount" -> {
        if (!value.matches("[1-9]\\d{0,8}")) {
          return false;
        }
        top = Integer.parseInt(value);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The whole word for its beginning. */
  private static String named(String key) {
    for (String one :
        List.of(
            "start",
            "end",
            "format",
            "clusters",
            "users",
            "accounts",
            "wckeys",
            "partitions",
            "gid",
            "grouping",
            "topcount")) {
      if (key.length() > 2 && one.startsWith(key)
          || one.equals(key)
          || key.equals("acct") && one.equals("accounts")) {
        return one;
      }
    }
    return "";
  }

  /** Whether a part of what was used counts, but for its account. */
  boolean counts(JobUse use) {
    return (users.isEmpty() || users.contains(use.user()))
        && (wckeys.isEmpty() || wckeys.contains(use.wckey()))
        && (partitions.isEmpty() || partitions.contains(use.partition()))
        && (groups.isEmpty() || groups.contains(Integer.toUnsignedString(use.gid())));
  }

  /** Sizes at which a group of jobs begins; null if they make no sense. */
  List<Integer> sizes() {
    List<Integer> sizes = new ArrayList<>();
    for (String one : grouping.split(",")) {
      if (!one.matches("[1-9]\\d{0,8}")
          || !sizes.isEmpty() && Integer.parseInt(one) <= sizes.get(sizes.size() - 1)) {
        return null;
      }
      sizes.add(Integer.parseInt(one));
    }
    return sizes;
  }
}
