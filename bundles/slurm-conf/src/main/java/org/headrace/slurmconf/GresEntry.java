package org.headrace.slurmconf;

import java.util.List;
import java.util.Set;

/**
 * A line of gres.conf.
 *
 * @param nodes to which it applies; empty: all
 * @param name such as gpu
 * @param type or empty
 * @param count how many; one per file where files are given
 * @param files device files, one per unit
 * @param multipleFiles device files of a single unit
 * @param cores that are close; empty: any
 * @param links connections to each other device; -1 is itself
 * @param flags lower case
 * @param autoDetect own AutoDetect, or empty
 * @param position where
 */
public record GresEntry(
    List<String> nodes,
    String name,
    String type,
    long count,
    List<String> files,
    List<String> multipleFiles,
    Set<Integer> cores,
    List<Integer> links,
    Set<String> flags,
    String autoDetect,
    Position position) {
  /** Copies its arguments. */
  public GresEntry {
    nodes = List.copyOf(nodes);
    files = List.copyOf(files);
    multipleFiles = List.copyOf(multipleFiles);
    cores = Set.copyOf(cores);
    links = List.copyOf(links);
    flags = Set.copyOf(flags);
  }

  /** Whether the line is about the node, or all. */
  public boolean appliesTo(String node) {
    return nodes.isEmpty() || nodes.contains(node);
  }

  /** False for a line that only says how a kind's devices are looked for. */
  public boolean describesDevices() {
    boolean plain = files.isEmpty() && multipleFiles.isEmpty() && type.isEmpty() && count == 1;
    return !name.isEmpty() && !(plain && !autoDetect.isEmpty() && !autoDetect.equals("off"));
  }
}
