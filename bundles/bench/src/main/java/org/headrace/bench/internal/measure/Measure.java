package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.List;
import org.headrace.bench.internal.report.Result;

/** Takes some figures that belong together. */
public interface Measure {
  /** The word for {@code --only}. */
  String name();

  /** What it measures, in one line of the help. */
  String purpose();

  /** Whether it needs a cluster that is fresh and may be killed, rather than the one at hand. */
  default boolean disposable() {
    return false;
  }

  /** Measures all clusters of the bench, turn by turn. */
  List<Result> run(Bench bench) throws IOException;
}
