package org.headrace.commands.internal.squeue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** Which steps squeue shows. */
final class StepSelection {
  private final SqueueOptions options;
  private final Snapshot snapshot;
  private final TimeTexts times;
  private final Visibility visibility;

  StepSelection(SqueueOptions options, Snapshot snapshot, TimeTexts times, Visibility visibility) {
    this.visibility = visibility;
    this.options = options;
    this.snapshot = snapshot;
    this.times = times;
  }

  /** Passes jobs to an action. */
  interface Jobs {
    void each(Consumer<Job> action);
  }

  List<StepLine> steps(Jobs jobs) {
    List<StepLine> lines = new ArrayList<>();
    if (options.stepList().isEmpty()) {
      jobs.each(job -> add(job, JobReference.NO_STEP, lines));
    } else {
      for (String word : options.stepList().split(",")) {
        addNamed(word, lines);
      }
    }
    lines.sort(order());
    return lines;
  }

  private Comparator<StepLine> order() {
    Comparator<StepLine> byId =
        Comparator.comparingLong((StepLine line) -> line.job().id())
            .thenComparing(line -> line.step().id(), Integer::compareUnsigned);
    Comparator<StepLine> order = (one, other) -> 0;
    for (String word : options.sort().split(",")) {
      String letter = word.replaceFirst("^[-+#]+", "");
      Comparator<StepLine> key =
          switch (letter) {
            case "i" -> byId;
            case "P" -> Comparator.comparing(line -> line.job().status().partition());
            case "j" -> Comparator.comparing(line -> line.step().spec().name());
            case "u" -> Comparator.comparing(line -> line.job().spec().owner().user());
            case "U" -> Comparator.comparingInt(line -> line.job().spec().owner().uid());
            case "S" -> Comparator.comparingLong(line -> line.step().started());
            case "M" -> Comparator.comparingLong((StepLine line) -> -line.step().started());
            default -> null; // keys of jobs that steps don't have
          };
      if (key != null) {
        order = order.thenComparing(word.startsWith("-") ? key.reversed() : key);
      }
    }
    return order.thenComparing(byId);
  }

  private void addNamed(String word, List<StepLine> lines) {
    JobReference reference;
    try {
      reference = JobReference.parse(word);
    } catch (TextFormatException e) {
      throw Refusal.error("squeue", 1, "Invalid job_step id: " + word + ".??");
    }
    for (Job job : snapshot.jobOrArray(reference.jobId())) {
      boolean wanted =
          reference.arrayTask() == JobReference.NO_TASK || reference.arrayTask() == job.arrayTask();
      if (wanted) {
        add(job, stepId(reference.step()), lines);
      }
    }
  }

  private static int stepId(int named) {
    return switch (named) {
      case JobReference.BATCH_STEP -> Step.BATCH;
      case JobReference.EXTERN_STEP -> Step.EXTERN;
      case JobReference.INTERACTIVE_STEP -> Step.INTERACTIVE;
      default -> named;
    };
  }

  private void add(Job job, int stepId, List<StepLine> lines) {
    if (job.status().state() == JobState.PENDING || !visibility.job(job)) {
      return;
    }
    for (Step step : snapshot.steps(job.id())) {
      boolean shown = step.state() == JobState.RUNNING || step.state() == JobState.SUSPENDED;
      if (shown && (stepId == JobReference.NO_STEP || stepId == step.id())) {
        lines.add(new StepLine(job, step, snapshot, times));
      }
    }
  }
}
