package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.Breadth;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;

/** Reads requests such as {@code N=2-3 n=40 c=2 mem=500 gpn=2} in tests. */
final class Requests {
  private Requests() {}

  static ResourceRequest parse(String text) {
    Map<String, String> map = new HashMap<>();
    for (String word : text.trim().split(" +")) {
      if (!word.isEmpty()) {
        String[] pair = word.split("=", 2);
        map.put(pair[0], pair.length > 1 ? pair[1] : "");
      }
    }
    String[] nodes = map.getOrDefault("N", "1").split("-");
    int min = Integer.parseInt(nodes[0]);
    int max =
        nodes.length > 1
            ? Integer.parseInt(nodes[1])
            : map.containsKey("N") ? min : ResourceRequest.ANY_NUMBER;
    boolean free = map.containsKey("n") || (!map.containsKey("N") && !map.containsKey("npn"));
    TaskLayout layout =
        new TaskLayout(
            number(map, "n", free ? 1 : TaskLayout.UNSET),
            number(map, "c", 1),
            number(map, "npn", 0),
            number(map, "nps", 0),
            number(map, "npc", 0),
            map.containsKey("O"),
            map.getOrDefault("m", ""));
    NodeConstraint constraint =
        new NodeConstraint(
            map.getOrDefault("C", ""),
            map.getOrDefault("prefer", ""),
            names(map.get("w")),
            names(map.get("x")),
            number(map, "mincpus", 0),
            0,
            number(map, "sockets", 0),
            0,
            number(map, "tpc", 0),
            map.containsKey("contiguous"),
            number(map, "switches", 0),
            map.containsKey("wait") ? number(map, "wait", 0) : Long.MAX_VALUE,
            Segments.NONE,
            map.containsKey("spread")
                ? Breadth.MOST
                : map.containsKey("fewest") ? Breadth.FEWEST : Breadth.USUAL);
    return new ResourceRequest(
            min,
            max,
            layout,
            memory(map),
            gres(map),
            number(map, "cpg", 0),
            constraint,
            map.containsKey("excl")
                ? Sharing.EXCLUSIVE
                : map.containsKey("user")
                    ? Sharing.USER
                    : map.containsKey("share") ? Sharing.OVERSUBSCRIBE : Sharing.CORES,
            Map.of())
        .withSystem(
            map.containsKey("system") ? new SystemCores(number(map, "system", 0), false) : null);
  }

  private static List<String> names(String text) {
    return text == null ? List.of() : Arrays.asList(text.split(","));
  }

  private static int number(Map<String, String> map, String key, int absent) {
    return map.containsKey(key) ? Integer.parseInt(map.get(key)) : absent;
  }

  private static MemoryRequest memory(Map<String, String> map) {
    if (map.containsKey("mem")) {
      return MemoryRequest.perNode(number(map, "mem", 0));
    }
    if (map.containsKey("mpg")) {
      return new MemoryRequest(MemoryRequest.Basis.GPU, number(map, "mpg", 0));
    }
    return map.containsKey("mpc")
        ? MemoryRequest.perCpu(number(map, "mpc", 0))
        : MemoryRequest.NONE;
  }

  /** Values are a count, or {@code type:count}, several with commas. */
  private static List<GresRequest> gres(Map<String, String> map) {
    List<GresRequest> result = new ArrayList<>();
    Map<String, GresRequest.Scope> scopes =
        Map.of(
            "gpn", GresRequest.Scope.NODE,
            "gpus", GresRequest.Scope.JOB,
            "gpt", GresRequest.Scope.TASK,
            "gps", GresRequest.Scope.SOCKET);
    for (String key : List.of("gpn", "gpus", "gpt", "gps")) {
      if (map.containsKey(key)) {
        for (String one : map.get(key).split(",")) {
          String[] parts = one.split(":");
          String type = parts.length > 1 ? parts[0] : "";
          long count = Long.parseLong(parts[parts.length - 1]);
          result.add(new GresRequest("gpu", type, count, scopes.get(key)));
        }
      }
    }
    return result;
  }

  /** Any number of nodes, a certain one, or one of a range. */
  static String someNodes(Random random) {
    if (!random.nextBoolean()) {
      return "";
    }
    int min = 1 + random.nextInt(3);
    return " N=" + min + (random.nextBoolean() ? "-" + (min + random.nextInt(3)) : "");
  }

  /** A distribution of tasks, and GPUs of nodes, of the job or of tasks, or none. */
  static String someDevices(Random random) {
    String distribution =
        random.nextInt(5) == 0 ? " m=cyclic" : random.nextInt(5) == 0 ? " m=plane=2" : "";
    return distribution
        + switch (random.nextInt(6)) {
          case 0 -> " gpn=" + (1 + random.nextInt(3));
          case 1 -> " gpus=" + (1 + random.nextInt(6));
          case 2 -> " gpt=1";
          default -> "";
        };
  }
}
