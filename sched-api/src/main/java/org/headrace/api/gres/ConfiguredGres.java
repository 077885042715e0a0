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
 */
public record ConfiguredGres(
    String type, List<String> files, long count, String cores, List<String> flags) {
  public ConfiguredGres {
    files = List.copyOf(files);
    flags = List.copyOf(flags);
  }
}
