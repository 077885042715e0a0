package org.headrace.commands.internal.sinfo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.headrace.commands.internal.format.Column;
import org.headrace.commands.internal.format.Layout;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.commands.internal.format.TimeTexts;

/** Which nodes share a line, and in which order the lines are. */
final class Grouping {
  private static final int MAX_SORT_KEYS = 64;

  private final NodeColumns columns;
  private final SinfoOptions options;
  private final TimeTexts times;
  private final List<Function<NodeEntry, String>> keys = new ArrayList<>();
  private boolean perPartition;

  Grouping(NodeColumns columns, Layout<NodeGroup> layout, SinfoOptions options, TimeTexts times) {
    this.columns = columns;
    this.options = options;
    this.times = times;
    for (Column<NodeGroup> column : layout.columns()) {
      perPartition |= columns.perPartition(column);
      Function<NodeEntry, String> key = columns.key(column, options.has("exact"));
      if (key != null && !keys.contains(key)) {
        keys.add(key);
      }
    }
  }

  List<NodeGroup> groups(List<NodeEntry> entries) {
    Map<String, NodeGroup> groups = new LinkedHashMap<>();
    for (NodeEntry entry : entries) {
      String key = key(entry);
      NodeGroup group = groups.get(key);
      if (group == null) {
        groups.put(key, new NodeGroup(entry, times));
      } else {
        group.add(entry);
      }
    }
    List<NodeGroup> lines = new ArrayList<>(groups.values());
    lines.sort(order());
    return lines;
  }

  private String key(NodeEntry entry) {
    StringBuilder key = new StringBuilder();
    if (perPartition) {
      key.append(entry.order());
    }
    if (options.has("Node") && entry.node() != null) {
      key.append('\0').append(entry.node().view().name());
    }
    for (Function<NodeEntry, String> one : keys) {
      key.append('\0').append(one.apply(entry));
    }
    return key.toString();
  }

  private Comparator<NodeGroup> order() {
    Comparator<NodeGroup> order = (a, b) -> 0;
    int count = 0;
    for (String word : options.sort().split(",")) {
      boolean descending = word.startsWith("-");
      boolean configured = word.contains("#");
      String plain = word.replaceFirst("^[-+#]+", "");
      Comparator<NodeGroup> next =
          plain.isEmpty() || count++ == MAX_SORT_KEYS ? null : by(plain.charAt(0), configured);
      if (next != null) {
        order = order.thenComparing(descending ? next.reversed() : next);
      }
    }
    return order;
  }

  private Comparator<NodeGroup> by(char letter, boolean configured) {
    return switch (letter) {
      case 'P', 'R' ->
          configured
              ? Comparator.comparingInt(NodeGroup::order)
              : Comparator.comparing(
                  group -> group.partition() == null ? "" : group.partition().name());
      case 't', 'T' ->
          Comparator.comparingInt(
              group -> group.any() == null ? 0 : NodeStateWords.rank(group.any()));
      case 'N', 'n' -> Comparator.comparing(Grouping::firstName, Grouping::natural);
      case 'D' -> Comparator.comparingInt(NodeGroup::size);
      case 'c' -> Comparator.comparingLong(group -> shape(group, 'c'));
      case 'm' -> Comparator.comparingLong(group -> shape(group, 'm'));
      case 'w' -> Comparator.comparingLong(group -> shape(group, 'w'));
      default -> text(columns.letters().get(letter));
    };
  }

  private static long shape(NodeGroup group, char letter) {
    if (group.any() == null) {
      return 0;
    }
    var view = group.any().view();
    return switch (letter) {
      case 'c' -> view.hardware().cpus();
      case 'm' -> view.hardware().memory();
      default -> view.weight();
    };
  }

  private static Comparator<NodeGroup> text(Column<NodeGroup> column) {
    return column == null
        ? null
        : Comparator.comparing(group -> column.value().of(group, Layout.ANY_WIDTH));
  }

  private static String firstName(NodeGroup group) {
    return group.size() == 0 ? "" : group.names().get(0);
  }

  /** Compares names as people do: {@code n2} comes before {@code n10}. */
  static int natural(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = digits(a, i);
      int endB = digits(b, j);
      int order;
      if (endA > i && endB > j) {
        String first = a.substring(i, endA).replaceFirst("^0+(?=.)", "");
        String second = b.substring(j, endB).replaceFirst("^0+(?=.)", "");
        order = Integer.compare(first.length(), second.length());
        order = order != 0 ? order : first.compareTo(second);
        i = endA;
        j = endB;
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.length() - i, b.length() - j);
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
