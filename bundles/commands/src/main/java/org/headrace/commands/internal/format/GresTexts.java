package org.headrace.commands.internal.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.GresInventory;
import org.headrace.control.query.NodeStatus;

/** Generic resources of nodes as text. */
public final class GresTexts {
  private GresTexts() {}

  /** {@code gpu:tesla:8}, or the empty string. */
  public static String configured(List<GresInventory> gres) {
    StringBuilder text = new StringBuilder();
    for (GresInventory one : gres) {
      text.append(text.length() == 0 ? "" : ",").append(one.name());
      text.append(one.type().isEmpty() ? "" : ":" + one.type()).append(':').append(one.count());
    }
    return text.toString();
  }

  /** {@code gpu:tesla:3}, also where none is in use; or the empty string. */
  public static String used(NodeStatus node) {
    Map<String, Long> used = new LinkedHashMap<>();
    for (GresInventory one : node.view().gres()) {
      used.put(one.name() + ":" + one.type(), 0L);
    }
    for (String entry : node.gresUsed()) {
      String[] words = split(entry);
      used.merge(words[0] + ":" + words[1], number(words[2]), Long::sum);
    }
    StringBuilder text = new StringBuilder();
    used.forEach(
        (name, count) -> {
          String plain = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
          text.append(text.length() == 0 ? "" : ",").append(plain).append(':').append(count);
        });
    return text.toString();
  }

  /** Counts by kind, in use. */
  public static Map<String, Long> usedByKind(NodeStatus node) {
    Map<String, Long> used = new TreeMap<>();
    for (String entry : node.gresUsed()) {
      String[] words = split(entry);
      used.merge(words[0], number(words[2]), Long::sum);
    }
    return used;
  }

  /** Counts by kind, in all. */
  public static Map<String, Long> configuredByKind(List<GresInventory> gres) {
    Map<String, Long> counts = new TreeMap<>();
    gres.forEach(one -> counts.merge(one.name(), one.count(), Long::sum));
    return counts;
  }

  private static String[] split(String entry) {
    String[] words = entry.split(":", -1);
    return words.length == 3
        ? words
        : new String[] {words[0], words.length > 3 ? words[1] : "", words[words.length - 1]};
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
