package org.headrace.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.headrace.api.job.JobState;
import org.headrace.control.Control;
import org.headrace.control.query.JobRow;

/** Completes ids of jobs that wait or run. More than a screenful help nobody. */
@Service
public final class JobCompleter extends ServiceCompleter {
  private static final int MOST = 100;

  @Override
  Stream<String> candidates(ControllerServices controller, List<String> before) {
    Control control = controller.find(Control.class);
    if (control == null) {
      return Stream.empty();
    }
    List<String> ids = new ArrayList<>();
    // The filter sees all that is needed; no job has to be read for its id.
    control.snapshot().jobs(row -> take(row, ids), job -> {});
    return ids.stream();
  }

  private static boolean take(JobRow row, List<String> ids) {
    if (ids.size() < MOST && (row.state() == JobState.PENDING || row.state() == JobState.RUNNING)) {
      ids.add(Long.toString(row.id()));
    }
    return false;
  }
}
