package org.headrace.api.gres;

import java.util.List;

/**
 * One line of the configuration about a resource of a node.
 *
 * @param type subtype, or the empty string
 * @param files device files; empty when the resource is only counted
 * @param count how many
 * @param cores ranges of cores close to the devices, such as {@code 0-3}, or the empty string
 * @param flags further settings
 * @param oneDevice true when all files belong to one device
 * @param links connections of the device to each other one, by their numbers; or empty
 */
public record ConfiguredGres(
    String type,
    List<String> files,
    long count,
    String cores,
    List<String> flags,
    boolean oneDevice,
    List<Integer> links) {
  public ConfiguredGres {
    files = List.copyOf(files);
    flags = List.copyOf(flags);
    links = List.copyOf(links);
  }

  /** A device for each file, of whose connections nothing is known. */
  public ConfiguredGres(
      String type, List<String> files, long count, String cores, List<String> flags) {
    this(type, files, count, cores, flags, false, List.of());
  }

  /** Files of each device. */
  public List<List<String>> devices() {
    return oneDevice ? List.of(files) : files.stream().map(List::of).toList();
  }
}
