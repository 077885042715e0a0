package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.JobJson;
import org.headrace.commands.internal.json.NodeJson;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code scontrol show}. */
final class Show {
  private final Session session;
  private final Snapshot snapshot;
  private final TimeTexts times;

  Show(Session session) {
    this.session = session;
    this.snapshot = session.snapshot();
    this.times = session.times();
  }

  void run(List<String> words) throws Exception {
    if (words.isEmpty()) {
      session.error("too few arguments for keyword:show");
      return;
    }
    if (List.of("assoc_mgr", "assoc", "cache").contains(words.get(0).toLowerCase(Locale.ROOT))) {
      if (session.data()) {
        session.error(ShowOther.textOnly(words.get(0)));
      } else {
        new AccountCache(session).show(words.subList(1, words.size()));
      }
      return;
    }
    if (words.size() > 2) {
      session.error("too many arguments for keyword:show");
      return;
    }
    String entity = words.get(0).toLowerCase(Locale.ROOT);
    String id = words.size() > 1 ? words.get(1) : "";
    int equals = entity.indexOf('=');
    if (equals > 0 && id.isEmpty()) {
      id = words.get(0).substring(equals + 1);
      entity = entity.substring(0, equals);
    }
    switch (entity) {
      case "job", "jobs", "jobid" -> jobs(id);
      case "resources" -> resources(id);
      case "node", "nodes", "nodename" -> nodes(id);
      case "part", "partition", "partitions", "partitionname" -> partitions(id);
      case "step", "steps", "stepid" -> new ShowSteps(session).run(id);
      default -> new ShowOther(session).run(entity, words.get(0), id);
    }
  }

  private void print(String text) {
    session.out().print(text);
  }

  private void jobs(String id) throws IOException {
    Visibility visibility = session.visibility();
    if (id.isEmpty()) {
      Set<JobState> every = Set.of(JobState.values());
      eachJob(
          action ->
              snapshot.jobs(
                  row ->
                      every.contains(row.state())
                          && visibility.row(row)
                          && visibility.partition(row.partition()),
                  job -> {
                    if (visibility.job(job)) {
                      action.accept(job);
                    }
                  }),
          "No jobs in the system");
      return;
    }
    for (String word : Words.list(id)) {
      List<Job> found = found(word);
      if (!found.isEmpty()) {
        eachJob(found::forEach, "");
      }
    }
  }

  /** The jobs that a word means; where there are none, why is said. */
  private List<Job> found(String word) {
    JobReference named;
    try {
      named = JobReference.parse(word);
    } catch (TextFormatException e) {
      session.error("scontrol_print_job error: Invalid job id specified");
      return List.of();
    }
    JobReference reference = ComponentRefs.plain(named);
    List<Job> found =
        snapshot.jobOrArray(reference.jobId()).stream()
            .filter(job -> ComponentRefs.means(named, job))
            .filter(job -> session.visibility().job(job))
            .filter(job -> wanted(reference, job))
            .toList();
    if (found.isEmpty()) {
      boolean array = reference.arrayTask() != JobReference.NO_TASK;
      session.error(
          array && !snapshot.jobOrArray(reference.jobId()).isEmpty()
              ? "Job " + reference.jobId() + "_" + reference.arrayTask() + " not found"
              : "slurm_load_jobs error: Invalid job id specified");
    }
    return found;
  }

  /** What a job has on its nodes; of an array, what the first task has that runs. */
  private void resources(String id) throws IOException {
    if (!session.data()) {
      session.error(
          "scontrol: error: show resources is offered with --json and --yaml alone; as text,"
              + " scontrol --details show job has them");
      return;
    }
    List<Job> found = found(id);
    Job job =
        found.stream()
            .filter(one -> ResourceLayout.missing(one) == null)
            .findFirst()
            .orElse(found.isEmpty() ? null : found.get(0));
    if (job == null) {
      return;
    }
    String missing = ResourceLayout.missing(job);
    if (missing != null) {
      session.error("slurm_load_resource_layout error: " + missing);
      return;
    }
    session.answer(out -> ResourceLayout.write(out, job, snapshot));
  }

  static boolean wanted(JobReference reference, Job job) {
    int task = reference.arrayTask();
    if (task != JobReference.NO_TASK) {
      return job.arrayTask() == task
          || job.pendingArray() && job.status().pendingTasks().contains(task);
    }
    return reference.arrayTasks().isEmpty()
        || (job.pendingArray()
            ? reference.arrayTasks().tasks().anyMatch(job.status().pendingTasks()::contains)
            : reference.arrayTasks().contains(job.arrayTask()));
  }

  private void eachJob(Consumer<Consumer<Job>> jobs, String none) throws IOException {
    if (session.data()) {
      session.answer(
          out -> {
            out.startArray("jobs");
            IOException[] failure = new IOException[1];
            jobs.accept(
                job -> {
                  try {
                    new JobJson(out, new JobFacts(job, snapshot, times.now())).write();
                  } catch (IOException e) {
                    failure[0] = e;
                  }
                });
            if (failure[0] != null) {
              throw failure[0];
            }
            out.endArray();
            out.time("last_backfill", 0);
            out.time("last_update", times.now());
          });
      return;
    }
    boolean[] some = new boolean[1];
    jobs.accept(
        job -> {
          some[0] = true;
          JobFacts facts = new JobFacts(job, snapshot, times.now());
          print(new JobText(facts, times, session.details).text(session.oneLine));
        });
    if (!some[0]) {
      print(none + "\n");
    }
  }

  private void denied(String what) {
    session.error("slurm_load_" + what + " error: Access/permission denied");
  }

  private void nodes(String id) throws IOException {
    Visibility visibility = session.visibility();
    if (!visibility.partitions()) {
      denied("partitions"); // those of each node are shown with it
      return;
    }
    if (!visibility.nodes()) {
      denied("node");
      return;
    }
    List<String> names;
    if (id.isEmpty()) {
      names = snapshot.nodes().stream().map(node -> node.name()).toList();
    } else {
      try {
        names = Hostlist.expand(id);
      } catch (TextFormatException e) {
        session.missing("Node " + id + " not found");
        return;
      }
    }
    List<NodeStatus> found = new java.util.ArrayList<>();
    for (String name : names) {
      NodeStatus node = snapshot.nodeStatus(name);
      if (node == null) {
        session.missing("Node " + name + " not found");
      } else {
        found.add(node);
      }
    }
    if (session.data()) {
      session.answer(
          out -> {
            new NodeJson(out, snapshot).write(found);
            out.time("last_update", times.now());
          });
    } else {
      for (NodeStatus node : found) {
        print(
            new NodeText(node, times)
                .text(snapshot.definition(), session.details, session.oneLine));
      }
    }
  }

  private void partitions(String id) throws IOException {
    Map<String, NodeDefinition> nodes = new HashMap<>();
    ClusterDefinition cluster = snapshot.definition();
    cluster.nodes().forEach(node -> nodes.put(node.name(), node));
    Visibility visibility = session.visibility();
    if (!visibility.partitions()) {
      denied("partitions");
      return;
    }
    List<PartitionDefinition> found =
        snapshot.definition().partitions().stream()
            .filter(
                partition ->
                    id.isEmpty()
                        ? visibility.partition(partition.name())
                        : partition.name().equals(id))
            .toList();
    if (found.isEmpty() && !id.isEmpty()) {
      session.missing("Partition " + id + " not found");
    } else if (session.data()) {
      session.answer(
          out -> {
            out.startArray("partitions");
            for (PartitionDefinition partition : found) {
              new PartitionData(out, partition, nodes, JobFacts.billing(partition, cluster))
                  .write();
            }
            out.endArray();
            out.time("last_update", times.now());
          });
    } else if (found.isEmpty()) {
      print("No partitions in the system\n");
    } else {
      found.forEach(
          partition ->
              print(
                  new PartitionText(partition, nodes, JobFacts.billing(partition, cluster))
                      .text(session.oneLine)));
    }
  }
}
