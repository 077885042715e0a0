package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.submit.ArrayNotation;
import org.headrace.control.command.JobTarget;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** Jobs as users name them on the command line of scontrol. */
final class JobNames {
  /**
   * A job by the word that names it.
   *
   * @param word the word
   * @param target what it names, or null if it is no id
   */
  record Named(String word, JobTarget target) {}

  private final Session session;

  JobNames(Session session) {
    this.session = session;
  }

  List<Named> all(List<String> words) {
    List<Named> named = new ArrayList<>();
    for (String word : words) {
      String plain = word.replaceFirst("(?i)^(jobid|job)=", "");
      if (plain.toLowerCase(java.util.Locale.ROOT).startsWith("name=")) {
        byName(plain.substring(plain.indexOf('=') + 1), named);
      } else {
        Words.list(plain).forEach(one -> named.add(new Named(one, target(one))));
      }
    }
    return named;
  }

  private void byName(String name, List<Named> named) {
    int me = session.invocation.caller().uid();
    boolean others = session.visibility().administrator();
    session
        .snapshot()
        .jobs(
            row -> !row.state().ended() && (others || row.user() == me),
            job -> {
              if (job.spec().name().equals(name)) {
                named.add(new Named(Long.toString(job.id()), JobTarget.of(job.id())));
              }
            });
  }

  static JobTarget target(String word) {
    try {
      JobReference reference = JobReference.parse(word);
      if (reference.hasStep()) {
        return null;
      }
      if (reference.arrayTask() != JobReference.NO_TASK) {
        return JobTarget.task(reference.jobId(), reference.arrayTask());
      }
      return reference.arrayTasks().isEmpty()
          ? JobTarget.of(reference.jobId())
          : new JobTarget(reference.jobId(), ArrayNotation.of(reference.arrayTasks()).ranges());
    } catch (TextFormatException e) {
      return null;
    }
  }
}
