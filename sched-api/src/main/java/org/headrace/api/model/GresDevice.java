package org.headrace.api.model;

/**
 * One device of a generic resource.
 *
 * @param number position among the node's devices of this kind, from 0; of a resource that divides
 *     devices of another kind, the number that the device has there
 * @param file device file, or the empty string
 * @param cores cores close to the device; empty when it is equally far from all
 * @param uniqueId the vendor's identifier (a GPU's UUID), or the empty string
 * @param units into how many portions it is divided; 0 for a device that is given whole
 */
public record GresDevice(int number, String file, CoreSet cores, String uniqueId, long units) {
  /** A device that is given whole. */
  public GresDevice(int number, String file, CoreSet cores, String uniqueId) {
    this(number, file, cores, uniqueId, 0);
  }
}
