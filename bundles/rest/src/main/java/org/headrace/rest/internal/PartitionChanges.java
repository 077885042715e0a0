package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.rest.internal.BookFields.Kind;

/** Changes partitions by {@code scontrol}, in the words in which they are shown. */
final class PartitionChanges {
  private static final BookFields FIELDS =
      new BookFields()
          .add("partition/state", "State", Kind.TEXTS)
          .add("nodes/configured", "Nodes", Kind.TEXT)
          .add("nodes/allowed_allocation", "AllocNodes", Kind.TEXT)
          .add("accounts/allowed", "AllowAccounts", Kind.TEXTS)
          .add("accounts/deny", "DenyAccounts", Kind.TEXTS)
          .add("groups/allowed", "AllowGroups", Kind.TEXTS)
          .add("qos/allowed", "AllowQos", Kind.TEXTS)
          .add("qos/deny", "DenyQos", Kind.TEXTS)
          .add("qos/assigned", "QOS", Kind.TEXT)
          .add("alternate", "Alternate", Kind.TEXT)
          .add("grace_time", "GraceTime", Kind.AMOUNT)
          .add("defaults/time", "DefaultTime", Kind.AMOUNT)
          .add("defaults/partition_memory_per_cpu", "DefMemPerCPU", Kind.AMOUNT)
          .add("defaults/partition_memory_per_node", "DefMemPerNode", Kind.AMOUNT)
          .add("maximums/cpus_per_node", "MaxCPUsPerNode", Kind.AMOUNT)
          .add("maximums/cpus_per_socket", "MaxCPUsPerSocket", Kind.AMOUNT)
          .add("maximums/nodes", "MaxNodes", Kind.AMOUNT)
          .add("maximums/partition_memory_per_cpu", "MaxMemPerCPU", Kind.AMOUNT)
          .add("maximums/partition_memory_per_node", "MaxMemPerNode", Kind.AMOUNT)
          .add("maximums/time", "MaxTime", Kind.AMOUNT)
          .add("maximums/over_time_limit", "OverTimeLimit", Kind.AMOUNT)
          .add("minimums/nodes", "MinNodes", Kind.AMOUNT)
          .add("priority/job_factor", "PriorityJobFactor", Kind.AMOUNT)
          .add("priority/tier", "PriorityTier", Kind.AMOUNT);

  private PartitionChanges() {}

  /** Those that the body lists, one after the other. */
  static void several(Ask ask, Answer answer) throws Exception {
    List<Map<?, ?>> all = Book.objects(ask.body(), "partitions");
    if (all.isEmpty()) {
      throw Problem.bad("The body has no partitions: write {\"partitions\": [{...}]}", "body")
          .raised();
    }
    for (Map<?, ?> one : all) {
      String name = Book.name(one.get("name"), "#/partitions/name");
      List<String> words = new ArrayList<>(List.of("update", "PartitionName=" + name));
      words.addAll(FIELDS.terms(one, "#/partitions"));
      words.remove("Nodes="); // So is one shown that has none.
      if (words.size() == 2) {
        throw Problem.bad("Nothing is said of the partition " + name, "#/partitions").raised();
      }
      answer.change(Call.of("scontrol", words));
    }
  }
}
