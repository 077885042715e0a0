package org.headrace.core.internal;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeMask;
import org.headrace.core.SnapshotItem.StepEntry;

/**
 * Ports that steps have to themselves, the same on each of their nodes. Which ones is kept with the
 * step, so that they are free again as soon as it has ended on a node.
 */
final class StepPorts {
  private static final Pattern RANGE =
      Pattern.compile("(?:.*[,;\\s])?ports=(\\d{1,5})(?:-(\\d{1,5}))?(?:[,;\\s].*)?");
  private static final int HIGHEST = 65_535;

  private final int first;
  private final int count;

  private StepPorts(int first, int count) {
    this.first = first;
    this.count = count;
  }

  /**
   * @param setting {@code MpiParams} of the configuration
   */
  static StepPorts of(String setting) {
    Matcher range = RANGE.matcher(setting);
    if (!range.matches()) {
      return new StepPorts(0, 0);
    }
    int first = Integer.parseInt(range.group(1));
    int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
    return new StepPorts(first, Math.max(0, Math.min(last, HIGHEST) + 1 - first));
  }

  int count() {
    return count;
  }

  /** How many ports a step wants. */
  static int wanted(StepSpec spec) {
    String text = spec.attributes().getOrDefault(StepSpec.WANTED_PORTS, "");
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  /** Adds the ports that running steps have on some nodes. */
  static void taken(Iterable<List<StepEntry>> steps, NodeMask nodes, BitSet taken) {
    for (List<StepEntry> entries : steps) {
      for (StepEntry entry : entries) {
        Step step = entry.step();
        String ports = step.spec().attributes().getOrDefault(StepSpec.RESERVED_PORTS, "");
        boolean there =
            !ports.isEmpty()
                && step.state() == JobState.RUNNING
                && step.parts().stream()
                    .anyMatch(part -> !part.done() && nodes.contains(part.node()));
        if (there) {
          taken.or(read(ports));
        }
      }
    }
  }

  /**
   * Some that are free. A port that was just in use may be closing still, so they are looked for
   * from another one on for each step.
   *
   * @param turn a number that differs from step to step
   * @return null if there are too few
   */
  String choose(int wanted, long turn, BitSet taken) {
    BitSet chosen = new BitSet();
    int begin = (int) Math.floorMod(turn * wanted, (long) count);
    for (int i = 0; i < count && chosen.cardinality() < wanted; i++) {
      int port = first + (begin + i) % count;
      if (!taken.get(port)) {
        chosen.set(port);
      }
    }
    return chosen.cardinality() < wanted ? null : CoreSet.of(chosen.stream().toArray()).toString();
  }

  static BitSet read(String text) {
    BitSet ports = new BitSet();
    for (String range : text.split(",")) {
      String[] ends = range.split("-");
      ports.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
    }
    return ports;
  }
}
