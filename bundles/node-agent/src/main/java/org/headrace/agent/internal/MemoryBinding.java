package org.headrace.agent.internal;

import java.util.List;
import java.util.Locale;
import org.headrace.api.launcher.MemoryPolicy;
import org.headrace.api.launcher.MemoryPolicy.Mode;

/** What {@code --mem-bind} says about a step's tasks on this node. */
final class MemoryBinding {
  private final boolean verbose;
  private final boolean prefer;
  private final String type;
  private final BindingList list;

  private MemoryBinding(boolean verbose, boolean prefer, String type, BindingList list) {
    this.verbose = verbose;
    this.prefer = prefer;
    this.type = type;
    this.list = list;
  }

  /**
   * @param text {@code [verbose|quiet,][prefer,][sort|nosort,][TYPE[:LIST]]}, as the front end has
   *     checked it
   */
  static MemoryBinding of(String text) {
    boolean verbose = false;
    boolean prefer = false;
    String rest = text;
    while (rest.matches("(?i)(q|quiet|v|verbose|p|prefer|sort|nosort)(,.*)?")) {
      int comma = rest.indexOf(',');
      char first = Character.toLowerCase(rest.charAt(0));
      verbose = first == 'v' || verbose && first != 'q';
      prefer |= first == 'p';
      rest = comma < 0 ? "" : rest.substring(comma + 1);
    }
    int colon = rest.indexOf(':');
    String type = (colon < 0 ? rest : rest.substring(0, colon)).toLowerCase(Locale.ROOT);
    return new MemoryBinding(
        verbose, prefer, type, new BindingList(colon < 0 ? "" : rest.substring(colon + 1)));
  }

  /**
   * Where the memory of a task comes from.
   *
   * @param nodes numbers of the machine's nodes of memory
   * @param task its number on this node
   */
  MemoryPolicy policy(List<Integer> nodes, int task) {
    return switch (type) {
      case "local" -> new MemoryPolicy(Mode.LOCAL, BindingList.NONE, shown("LOC"));
      case "rank" ->
          nodes.isEmpty()
              ? new MemoryPolicy(Mode.DEFAULT, BindingList.NONE, shown("RANK"))
              : held(CpuPlan.mask(List.of(nodes.get(task % nodes.size()))), "RANK");
      case "map_mem" -> held(bit(list.number(task)), "MAP");
      case "mask_mem" -> held(list.mask(task), "MASK");
      default -> new MemoryPolicy(Mode.DEFAULT, BindingList.NONE, shown("NONE"));
    };
  }

  private static long[] bit(int node) {
    return node < MemoryPolicy.MAX_NODES ? CpuPlan.mask(List.of(node)) : BindingList.NONE;
  }

  private MemoryPolicy held(long[] nodes, String kind) {
    return new MemoryPolicy(prefer ? Mode.PREFER : Mode.BIND, nodes, shown(kind));
  }

  private String shown(String kind) {
    return verbose ? kind : "";
  }
}
