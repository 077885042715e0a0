package org.headrace.shell.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.headrace.api.job.Job;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.query.Snapshot;

/** How values are written. */
final class Show {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
  private static final int NAMED_NODES = 8;

  private Show() {}

  /** A moment in local time; {@code otherwise} for zero. */
  static String time(long millis, String otherwise) {
    return millis <= 0
        ? otherwise
        : TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  /** A duration as {@code d-hh:mm:ss}, or {@code mm:ss} when it is short. */
  static String duration(long millis) {
    if (millis == JobClass.UNLIMITED) {
      return "unlimited";
    }
    long seconds = Math.max(0, millis) / 1000;
    long days = seconds / 86_400;
    long hours = seconds / 3600 % 24;
    String rest = String.format(Locale.ROOT, "%02d:%02d", seconds / 60 % 60, seconds % 60);
    if (days > 0) {
      return String.format(Locale.ROOT, "%d-%02d:%s", days, hours, rest);
    }
    return hours > 0 ? hours + ":" + rest : rest;
  }

  /** Microseconds in a unit that needs few digits. */
  static String micros(long micros) {
    if (micros < 1_000) {
      return micros + " us";
    }
    return micros < 1_000_000
        ? String.format(Locale.ROOT, "%.1f ms", micros / 1e3)
        : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
  }

  /** A job's id as users write it: {@code 12}, {@code 12_3} or {@code 12_[…]}. */
  static String id(Job job) {
    if (job.pendingArray()) {
      return job.arrayId() + "_[" + job.status().pendingTasks().count() + " tasks]";
    }
    return job.arrayId() == 0 ? Long.toString(job.id()) : job.arrayId() + "_" + job.arrayTask();
  }

  /** Names of an allocation's nodes; of many, the first and how many there are. */
  static String nodes(Snapshot snapshot, Allocation allocation) {
    if (allocation == null) {
      return "";
    }
    List<Integer> ids = allocation.nodes().stream().map(part -> part.node()).toList();
    String names =
        ids.stream()
            .limit(NAMED_NODES)
            .map(id -> name(snapshot, id))
            .collect(Collectors.joining(","));
    return ids.size() > NAMED_NODES ? names + ",… (" + ids.size() + " nodes)" : names;
  }

  private static String name(Snapshot snapshot, int id) {
    NodeView node = snapshot.node(id);
    return node == null ? "#" + id : node.name();
  }

  /** What a job asks for, in a line. */
  static String request(ResourceRequest request) {
    StringBuilder text = new StringBuilder();
    text.append("at least ").append(count(request.minNodes(), "node"));
    text.append(", ").append(count(request.minCpus(), "CPU"));
    switch (request.memory().basis()) {
      case NODE ->
          text.append(
              request.memory().wholeNode()
                  ? ", all memory of each node"
                  : ", " + request.memory().mebibytes() + " MiB per node");
      case CPU -> text.append(", ").append(request.memory().mebibytes()).append(" MiB per CPU");
      case GPU -> text.append(", ").append(request.memory().mebibytes()).append(" MiB per GPU");
      case NONE -> {}
    }
    request
        .gres()
        .forEach(
            gres ->
                text.append(", ")
                    .append(gres.count())
                    .append(' ')
                    .append(gres.name())
                    .append(gres.type().isEmpty() ? "" : ":" + gres.type())
                    .append(" per ")
                    .append(gres.scope().name().toLowerCase(Locale.ROOT)));
    if (!request.nodes().features().isEmpty()) {
      text.append(", features ").append(request.nodes().features());
    }
    if (!request.nodes().required().isEmpty()) {
      text.append(", on ").append(String.join(",", request.nodes().required()));
    }
    return text.toString();
  }

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A constant's name as a person writes it. */
  static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
