package org.headrace.api.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One device of a generic resource.
 *
 * @param number position among the node's devices of this kind, from 0; of a resource that divides
 *     devices of another kind, the number that the device has there
 * @param file device file, or the empty string
 * @param cores cores close to the device; empty when it is equally far from all
 * @param uniqueId the vendor's identifier (a GPU's UUID), or the empty string
 * @param units into how many portions it is divided; 0 for a device that is given whole
 * @param links by number of the other device, how many connections there are to it; 0 for none and
 *     where the list ends, -1 for the device itself
 * @param moreFiles further device files that belong to it
 */
public record GresDevice(
    int number,
    String file,
    CoreSet cores,
    String uniqueId,
    long units,
    List<Integer> links,
    List<String> moreFiles) {
  public GresDevice {
    // Not in old logs.
    links = links == null ? List.of() : List.copyOf(links);
    moreFiles = moreFiles == null ? List.of() : List.copyOf(moreFiles);
  }

  /** A device of one file without connections to others. */
  public GresDevice(int number, String file, CoreSet cores, String uniqueId, long units) {
    this(number, file, cores, uniqueId, units, List.of(), List.of());
  }

  /** A device that is given whole. */
  public GresDevice(int number, String file, CoreSet cores, String uniqueId) {
    this(number, file, cores, uniqueId, 0);
  }

  /** The same device divided into so many portions. */
  public GresDevice dividedInto(long portions) {
    return new GresDevice(number, file, cores, "", portions);
  }

  /** Connections to another device. */
  public int linksTo(int other) {
    return other < links.size() ? Math.max(0, links.get(other)) : 0;
  }

  /** All files, if any are known. */
  public List<String> files() {
    List<String> files = new ArrayList<>();
    if (!file.isEmpty()) {
      files.add(file);
    }
    files.addAll(moreFiles);
    return files;
  }
}
