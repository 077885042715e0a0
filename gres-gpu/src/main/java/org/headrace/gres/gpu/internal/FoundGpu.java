package org.headrace.gres.gpu.internal;

import java.util.Locale;
import org.headrace.api.model.CoreSet;

/**
 * A GPU that the node really has.
 *
 * @param type model, in lower case with underscores
 * @param file device file
 * @param cores cores close to it; empty when unknown
 * @param uniqueId the vendor's identifier, or the empty string
 */
record FoundGpu(String type, String file, CoreSet cores, String uniqueId) {
  /**
   * The way in which models are written in configurations: {@code NVIDIA A100} → {@code
   * nvidia_a100}.
   */
  static String typeOf(String model) {
    return model.trim().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "_");
  }
}
