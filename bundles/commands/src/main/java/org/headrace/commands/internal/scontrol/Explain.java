package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.explain.Explanation;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.query.Snapshot;

/** Says what keeps a job from starting, as {@code swhy} does. */
final class Explain {
  private final Session session;

  Explain(Session session) {
    this.session = session;
  }

  void run(List<String> rest) throws IOException {
    List<String> words = new ArrayList<>(rest);
    words.removeIf(word -> word.equalsIgnoreCase("job"));
    if (words.isEmpty()) {
      session.error("too few arguments for keyword:explain");
      return;
    }
    Snapshot snapshot = session.snapshot();
    Visibility visibility = session.visibility();
    List<Explanation> explanations = new ArrayList<>();
    for (String word : words) {
      Job job = Explanation.find(word.replaceFirst("(?i)^(jobid|job)=", ""), snapshot);
      if (job == null || !visibility.job(job)) {
        session.error("slurm_load_jobs error: Invalid job id specified");
      } else {
        explanations.add(
            new Explanation(job, snapshot, session.control, visibility, session.times()));
      }
    }
    if (session.data()) {
      session.answer(data -> Explanation.write(explanations, data));
    } else {
      explanations.forEach(one -> one.text().forEach(session.out()::println));
    }
  }
}
