package org.headrace.agent.internal;

import org.headrace.api.job.Execution;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.launcher.IoTarget;

/** Where each task's input comes from and its output goes. */
final class IoPlan {
  private static final String ALL = "all";
  private static final String NONE = "none";
  private static final String DEFAULT_FILE = "slurm-%j.out";
  private static final String DEFAULT_ARRAY_FILE = "slurm-%A_%a.out";

  private final FilePattern files;
  private final boolean batch;
  private final String input;
  private final String output;
  private final String error;

  private IoPlan(FilePattern files, boolean batch, String input, String output, String error) {
    this.files = files;
    this.batch = batch;
    this.input = input;
    this.output = output;
    this.error = error;
  }

  static IoPlan of(FilePattern files, Step step) {
    if (step.id() != Step.BATCH) {
      StepSpec spec = step.spec();
      return new IoPlan(files, false, spec.input(), spec.output(), spec.error());
    }
    Execution execution = files.job().spec().execution();
    boolean array = files.job().arrayId() != 0;
    String output = execution.output();
    if (output.isEmpty()) {
      output = array ? DEFAULT_ARRAY_FILE : DEFAULT_FILE;
    }
    String input = execution.input().isEmpty() ? NONE : execution.input();
    return new IoPlan(files, true, input, output, execution.error());
  }

  IoTarget stdin(int task) {
    return target(input, task);
  }

  IoTarget stdout(int task) {
    return target(output, task);
  }

  /** Joins standard output where that isn't a stream, unless it goes somewhere else. */
  IoTarget stderr(int task) {
    if (!error.isEmpty()) {
      IoTarget own = target(error, task);
      return own.equals(stdout(task)) && own instanceof IoTarget.FilePath
          ? new IoTarget.SameAsOutput()
          : own;
    }
    IoTarget out = stdout(task);
    return out instanceof IoTarget.FilePath ? new IoTarget.SameAsOutput() : out;
  }

  private IoTarget target(String mode, int task) {
    if (!batch) {
      if (mode.isEmpty() || mode.equals(ALL)) {
        return new IoTarget.Stream();
      }
      if (mode.matches("\\d{1,9}")) {
        return Integer.parseInt(mode) == task ? new IoTarget.Stream() : new IoTarget.Null();
      }
    }
    if (mode.equals(NONE) || mode.equals("/dev/null")) {
      return new IoTarget.Null();
    }
    return new IoTarget.FilePath(files.path(mode, task));
  }
}
