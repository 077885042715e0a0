package org.headrace.commands.internal.squeue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobStatus;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.ArraySpec;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** Jobs that were asked for by id; found without looking at others. */
final class NamedJobs {
  private final Snapshot snapshot;

  NamedJobs(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * Passes on the jobs of a list of ids, each once.
   *
   * @throws Refusal for what is no id, and for a single id that isn't known
   */
  void each(String list, Consumer<Job> action) {
    List<String> words = Words.list(list);
    Map<String, Job> found = new LinkedHashMap<>();
    for (String word : words) {
      JobReference named = reference(word);
      JobReference reference = ComponentRefs.plain(named);
      List<Job> jobs = snapshot.jobOrArray(reference.jobId());
      if (jobs.isEmpty() && words.size() == 1) {
        throw Refusal.raw(1, "slurm_load_jobs error: Invalid job id specified");
      }
      jobs.stream()
          .filter(job -> ComponentRefs.means(named, job))
          .forEach(job -> select(reference, job, found));
    }
    found.values().forEach(action);
  }

  private static JobReference reference(String word) {
    try {
      return JobReference.parse(word);
    } catch (TextFormatException e) {
      String shown = TextFormatException.quote(word);
      throw Refusal.error("squeue", 1, "Invalid job id: " + shown.substring(1, shown.length() - 1));
    }
  }

  private static void select(JobReference reference, Job job, Map<String, Job> found) {
    if (reference.arrayTask() != JobReference.NO_TASK) {
      selectTask(job, reference.arrayTask(), found);
    } else if (!reference.arrayTasks().isEmpty()) {
      selectTasks(job, reference.arrayTasks(), found);
    } else {
      found.put(job.id() + "." + job.arrayTask(), job);
    }
  }

  private static void selectTask(Job job, int task, Map<String, Job> found) {
    if (job.arrayTask() == task) {
      found.put(job.id() + "." + task, job);
    } else if (job.pendingArray() && job.status().pendingTasks().contains(task)) {
      found.put(job.id() + "." + task, task(job, task));
    }
  }

  private static void selectTasks(Job job, ArraySpec tasks, Map<String, Job> found) {
    if (!job.pendingArray()) {
      if (tasks.contains(job.arrayTask())) {
        found.put(job.id() + "." + job.arrayTask(), job);
      }
      return;
    }
    JobArray pending = job.status().pendingTasks();
    List<JobArray.Range> ranges = new ArrayList<>();
    int[] wanted = tasks.tasks().filter(pending::contains).toArray();
    for (int i = 0; i < wanted.length; ) {
      int first = i;
      while (++i < wanted.length && wanted[i] == wanted[i - 1] + 1) {}
      ranges.add(new JobArray.Range(wanted[first], wanted[i - 1], 1));
    }
    if (!ranges.isEmpty()) {
      JobArray left = new JobArray(ranges, pending.maxRunning());
      found.put(
          job.id() + ".",
          new Job(
              job.id(),
              job.arrayId(),
              Job.NO_TASK,
              job.spec(),
              job.status().withPendingTasks(left)));
    }
  }

  /** One task of an array that hasn't started, as a job of its own. */
  static Job task(Job array, int task) {
    JobStatus status = array.status().withPendingTasks(JobArray.NONE);
    return new Job(array.id(), array.arrayId(), task, array.spec(), status);
  }
}
