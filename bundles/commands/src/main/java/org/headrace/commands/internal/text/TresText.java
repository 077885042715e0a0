package org.headrace.commands.internal.text;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;

/** Trackable resources as text: {@code cpu=4,mem=8000M,node=1,billing=4,gres/gpu=2}. */
public final class TresText {
  private static final String UNITS = "MGTPEZ";
  private static final long KIBI = 1024;

  private TresText() {}

  /** What a job holds. */
  public static String of(Allocation allocation) {
    if (allocation == null) {
      return "";
    }
    Map<String, Long> gres = new TreeMap<>();
    for (NodeAllocation node : allocation.nodes()) {
      for (GresAllocation held : node.gres()) {
        addGres(gres, held.name(), held.type(), held.count());
      }
    }
    return text(allocation.cpus(), allocation.memory(), allocation.nodes().size(), gres);
  }

  /** What a job asks for, at least. */
  public static String of(ResourceRequest request) {
    int nodes = request.minNodes();
    int cpus = request.minCpus();
    Map<String, Long> gres = new TreeMap<>();
    for (GresRequest wish : request.gres()) {
      addGres(gres, wish.name(), wish.type(), total(wish, request));
    }
    return text(cpus, memory(request), nodes, gres);
  }

  /** Memory that a request adds up to, in MiB. */
  public static long memory(ResourceRequest request) {
    MemoryRequest memory = request.memory();
    return switch (memory.basis()) {
      case NONE -> 0;
      case NODE -> memory.mebibytes() * request.minNodes();
      case CPU -> memory.mebibytes() * request.minCpus();
      case GPU -> memory.mebibytes() * gpus(request);
    };
  }

  /**
   * Memory in the largest unit that leaves no fraction, for example {@code 8000M} or {@code 2G}.
   */
  public static String exactMemory(long mebibytes) {
    int unit = 0;
    long value = mebibytes;
    while (value >= KIBI && value % KIBI == 0 && unit < UNITS.length() - 1) {
      value /= KIBI;
      unit++;
    }
    return value + UNITS.substring(unit, unit + 1);
  }

  /** Memory in the largest unit, with two decimals where it isn't whole: {@code 7.81G}. */
  public static String shortMemory(long mebibytes) {
    int unit = 0;
    double value = mebibytes;
    while (value >= KIBI && unit < UNITS.length() - 1) {
      value /= KIBI;
      unit++;
    }
    String number =
        value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.2f", value);
    return number + UNITS.charAt(unit);
  }

  /** A wish for generic resources, for example {@code gres/gpu:tesla:2}. */
  public static String wish(GresRequest wish) {
    String type = wish.type().isEmpty() ? "" : ":" + wish.type();
    return "gres/" + wish.name() + type + ":" + wish.count();
  }

  private static long gpus(ResourceRequest request) {
    long gpus = 0;
    for (GresRequest wish : request.gres()) {
      if (wish.name().equals("gpu")) {
        gpus += total(wish, request);
      }
    }
    return gpus;
  }

  private static long total(GresRequest wish, ResourceRequest request) {
    TaskLayout layout = request.layout();
    return switch (wish.scope()) {
      case JOB -> wish.count();
      case NODE -> wish.count() * request.minNodes();
      case SOCKET -> wish.count() * request.minNodes() * Math.max(1, request.nodes().sockets());
      case TASK ->
          wish.count()
              * (layout.tasks() == TaskLayout.UNSET
                  ? (long) request.minNodes() * Math.max(1, layout.tasksPerNode())
                  : layout.tasks());
    };
  }

  private static void addGres(Map<String, Long> gres, String name, String type, long count) {
    gres.merge(name, count, Long::sum);
    if (!type.isEmpty()) {
      gres.merge(name + ":" + type, count, Long::sum);
    }
  }

  private static String text(int cpus, long memory, int nodes, Map<String, Long> gres) {
    StringBuilder text = new StringBuilder("cpu=").append(cpus);
    if (memory > 0) {
      text.append(",mem=").append(exactMemory(memory));
    }
    text.append(",node=").append(nodes).append(",billing=").append(cpus);
    gres.forEach((name, count) -> text.append(",gres/").append(name).append('=').append(count));
    return text.toString();
  }
}
