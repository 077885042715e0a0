package org.headrace.gres.gpu.internal;

import java.util.List;
import java.util.Locale;
import org.headrace.api.model.CoreSet;

/**
 * A GPU that the node really has, or an instance of one that is divided by its driver (MIG).
 *
 * @param type model, in lower case with underscores
 * @param file device file
 * @param cores cores close to it; empty when unknown
 * @param uniqueId the vendor's identifier, or the empty string
 * @param links by position of the other one in the list of what was found, how many connections
 *     there are to it; empty when unknown
 * @param moreFiles further files that belong to it
 */
record FoundGpu(
    String type,
    String file,
    CoreSet cores,
    String uniqueId,
    List<Integer> links,
    List<String> moreFiles) {
  FoundGpu {
    links = List.copyOf(links);
    moreFiles = List.copyOf(moreFiles);
  }

  /** One of a single file, of whose connections nothing is known. */
  FoundGpu(String type, String file, CoreSet cores, String uniqueId) {
    this(type, file, cores, uniqueId, List.of(), List.of());
  }

  FoundGpu withLinks(List<Integer> newLinks) {
    return new FoundGpu(type, file, cores, uniqueId, newLinks, moreFiles);
  }

  /** A part of this one. */
  FoundGpu instance(String profile, String id, List<String> files) {
    return new FoundGpu(
        type.replaceFirst("-.*", "") + "_" + profile, file, cores, id, List.of(), files);
  }

  /**
   * The way in which models are written in configurations: {@code NVIDIA A100} → {@code
   * nvidia_a100}.
   */
  static String typeOf(String model) {
    return model.trim().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.+-]+", "_");
  }
}
