package org.headrace.bench.internal.report;

import java.util.Optional;
import org.headrace.bench.internal.stat.Samples;

/**
 * What was measured of one cluster.
 *
 * @param label the cluster's
 * @param samples the values, or none
 * @param note why there are none, or what to know about them; may be empty
 * @param failed whether it should have been measured and could not be
 */
public record Figure(String label, Optional<Samples> samples, String note, boolean failed) {
  public static Figure of(String label, Samples samples, String note) {
    return new Figure(label, Optional.of(samples), note, false);
  }

  /** Not measured, for a good reason. */
  public static Figure absent(String label, String why) {
    return new Figure(label, Optional.empty(), why, false);
  }

  /** Could not be measured. */
  public static Figure failed(String label, String why) {
    return new Figure(label, Optional.empty(), why, true);
  }
}
