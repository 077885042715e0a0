package org.headrace.api.priority;

import org.osgi.annotation.versioning.ProviderType;

/** Takes the factors of which priorities are made, while they are computed. */
@ProviderType
@FunctionalInterface
public interface FactorSink {
  /** For who doesn't want to know. */
  FactorSink NONE = (row, factor, value) -> {};

  /**
   * A factor of a row. One that is never put is zero.
   *
   * @param row row of the queue that was handed over with this
   * @param value mostly from 0 to 1, before it is multiplied by its weight
   */
  void put(int row, PriorityFactor factor, double value);

  /**
   * The part that a trackable resource has in {@link PriorityFactor#TRES}, before it is multiplied
   * by its weight.
   *
   * @param name name of the resource, such as {@code cpu} or {@code gres/gpu}
   */
  default void put(int row, String name, double value) {}
}
