package org.headrace.api.model;

/**
 * How a job wants its devices handed out.
 *
 * @param locality what the cores close to them mean
 * @param tasks whether tasks may have portions of the same device
 */
public record DevicePolicy(Locality locality, TaskSharing tasks) {
  /** What the cores close to devices mean to a job. */
  public enum Locality {
    /** As the cluster is configured, mostly: cores and devices are close if that can be had. */
    USUAL,
    /** The job gets no core that isn't close to one of its devices, and no device far away. */
    ENFORCED,
    /** Nothing. */
    IGNORED
  }

  /** Whether tasks may have portions of the same device. */
  public enum TaskSharing {
    /** As the cluster is configured, mostly: they may. */
    USUAL,
    /** Each task has its portions of a device of its own. */
    APART,
    /** They may, however the cluster is configured. */
    TOGETHER
  }

  /** As the cluster is configured. */
  public static final DevicePolicy USUAL = new DevicePolicy(Locality.USUAL, TaskSharing.USUAL);
}
