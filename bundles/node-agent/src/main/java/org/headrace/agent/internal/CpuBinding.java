package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.model.CoreSet;

/**
 * What {@code --cpu-bind} says about a step's tasks on this node. Whatever it says, no task gets a
 * CPU that the step doesn't have.
 */
final class CpuBinding {
  private static final long[] ANY = new long[0];

  private final boolean verbose;
  private final String type;
  private final BindingList list;

  private CpuBinding(boolean verbose, String type, BindingList list) {
    this.verbose = verbose;
    this.type = type;
    this.list = list;
  }

  /**
   * @param text {@code [verbose|quiet,][TYPE[:LIST]]}, as the front end has checked it; empty for
   *     the node's own choice
   */
  static CpuBinding of(String text) {
    boolean verbose = false;
    String rest = text;
    while (rest.matches("(?i)(q|quiet|v|verbose)(,.*)?")) {
      int comma = rest.indexOf(',');
      verbose = rest.toLowerCase(Locale.ROOT).startsWith("v");
      rest = comma < 0 ? "" : rest.substring(comma + 1);
    }
    int colon = rest.indexOf(':');
    String type = (colon < 0 ? rest : rest.substring(0, colon)).toLowerCase(Locale.ROOT);
    String list = colon < 0 ? "" : rest.substring(colon + 1);
    return new CpuBinding(verbose, type.equals("no") ? "none" : type, new BindingList(list));
  }

  /**
   * The CPUs of each task; empty for all those of the step.
   *
   * @param tasks number of tasks on this node
   * @param cpusPerTask CPUs each of them needs
   */
  List<long[]> masks(CpuPlan cpus, CoreSet allocated, int tasks, int cpusPerTask) {
    if (type.isEmpty()) {
      return cpus.slices(allocated, tasks, cpusPerTask);
    }
    List<Integer> all = cpus.cpus(allocated);
    List<long[]> masks = new ArrayList<>(tasks);
    for (int task = 0; task < tasks; task++) {
      masks.add(all.isEmpty() ? ANY : mask(cpus, all, task, cpusPerTask));
    }
    return masks;
  }

  private long[] mask(CpuPlan cpus, List<Integer> all, int task, int cpusPerTask) {
    int from = task * cpusPerTask;
    boolean fits = from + cpusPerTask <= all.size();
    List<Integer> slice = fits ? all.subList(from, from + cpusPerTask) : all;
    return switch (type) {
      case "rank" -> CpuPlan.mask(List.of(all.get(task % all.size())));
      case "threads" -> CpuPlan.mask(slice);
      case "cores" -> CpuPlan.mask(cpus.inCoresOf(slice, all));
      case "sockets", "ldoms", "boards", "rank_ldom" -> CpuPlan.mask(cpus.inSocketsOf(slice, all));
      case "map_cpu" -> only(all, bit(list.number(task)));
      case "mask_cpu" -> only(all, list.mask(task));
      case "map_ldom" -> only(all, cpus.socketMask(List.of(list.number(task))));
      case "mask_ldom" -> only(all, cpus.socketMask(members(list.mask(task))));
      default -> ANY;
    };
  }

  private static long[] bit(int cpu) {
    return cpu > CpuPlan.HIGHEST_CPU ? ANY : CpuPlan.mask(List.of(cpu));
  }

  private static List<Integer> members(long[] words) {
    List<Integer> members = new ArrayList<>();
    for (int bit = 0; bit < words.length * Long.SIZE; bit++) {
      if ((words[bit / Long.SIZE] >>> bit % Long.SIZE & 1) != 0) {
        members.add(bit);
      }
    }
    return members;
  }

  private static long[] only(List<Integer> all, long[] wanted) {
    long[] have = CpuPlan.mask(all);
    long[] both = Arrays.copyOf(have, Math.min(have.length, wanted.length));
    boolean any = false;
    for (int i = 0; i < both.length; i++) {
      both[i] &= wanted[i];
      any |= both[i] != 0;
    }
    return any ? both : ANY;
  }

  /** The variables that tell each task of it. */
  Map<String, String> variables(List<long[]> masks) {
    boolean masked = masks.stream().allMatch(mask -> mask.length > 0);
    boolean asGiven = type.equals("none") || type.equals("rank") || !list.isEmpty();
    if (type.isEmpty() && !masked && !verbose) {
      return Map.of();
    }
    String kind = asGiven || !masked ? type : "mask_cpu";
    String values = asGiven ? list.text() : masked ? texts(masks) : "";
    String word = verbose ? "verbose" : "quiet";
    String named = kind + (values.isEmpty() ? "" : ":");
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SLURM_CPU_BIND", kind.isEmpty() ? word : word + "," + named + values);
    variables.put("SLURM_CPU_BIND_TYPE", named);
    variables.put("SLURM_CPU_BIND_LIST", values);
    variables.put("SLURM_CPU_BIND_VERBOSE", word);
    return variables;
  }

  private static String texts(List<long[]> masks) {
    StringBuilder text = new StringBuilder();
    for (long[] mask : masks) {
      text.append(text.isEmpty() ? "0x" : ",0x");
      for (int i = mask.length - 1; i >= 0; i--) {
        boolean first = i == mask.length - 1;
        text.append(String.format(Locale.ROOT, first ? "%X" : "%016X", mask[i]));
      }
    }
    return text.toString();
  }
}
