package org.headrace.bench.internal.workloads;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A submission that both sides get.
 *
 * @param name its name, by which it is known on both sides: ids differ
 * @param options of {@code sbatch}, without name and dependency
 * @param dependency on an earlier one, or null
 * @param tasks of an array from 0 on; 0 if it is none
 * @param end how its tasks end
 */
record JobSpec(String name, List<String> options, Dependency dependency, int tasks, End end) {

  /** As {@code --dependency} has it; {@code job} is the index of an earlier submission. */
  record Dependency(String kind, OptionalInt job) {
    String text(List<String> ids) {
      return job.isPresent() ? kind + ":" + ids.get(job.getAsInt()) : kind;
    }
  }

  /** By its script, with an exit code, or by {@code scancel}. */
  record End(boolean cancelled, int exitCode) {}

  JobSpec {
    options = List.copyOf(options);
  }

  /** By its option; nothing for the default one. */
  String partitions() {
    return options.stream().filter(one -> one.startsWith("-p")).findFirst().orElse("");
  }

  /** In several partitions, in each of which it has another priority. */
  boolean several() {
    return options.stream().anyMatch(option -> option.startsWith("-p") && option.contains(","));
  }

  boolean says(String option) {
    return options.stream().anyMatch(one -> one.startsWith(option));
  }

  /** Not eligible from the start, or not clearly in one place of the queue. */
  boolean late() {
    return dependency != null
        || several()
        || options.contains("-pfew")
        || options.stream().anyMatch(option -> option.startsWith("--begin"));
  }

  /** Keys of what it consists of: its name, or its name with the number of each task. */
  Stream<String> keys() {
    return tasks == 0
        ? Stream.of(name)
        : IntStream.range(0, tasks).mapToObj(task -> key(name, Integer.toString(task)));
  }

  static String key(String name, String task) {
    return name + "_" + task;
  }

  /** Arguments of {@code sbatch}, given the ids of earlier submissions. */
  List<String> arguments(List<String> ids) {
    List<String> all = new ArrayList<>(List.of("-J", name, "-o", "/dev/null"));
    all.addAll(options);
    // Nobody waits for a job that was refused.
    if (dependency != null && dependency.job().stream().noneMatch(job -> ids.get(job).isEmpty())) {
      all.add("--dependency=" + dependency.text(ids));
    }
    return all;
  }

  /** For people: its options, with the names of other jobs for their ids. */
  String line(List<JobSpec> all) {
    String depends =
        dependency == null
            ? ""
            : " --dependency=" + dependency.text(all.stream().map(JobSpec::name).toList());
    return "sbatch " + String.join(" ", options) + depends;
  }
}
