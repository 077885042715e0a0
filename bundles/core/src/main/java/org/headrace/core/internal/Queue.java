package org.headrace.core.internal;

import java.util.Arrays;
import java.util.Comparator;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.core.EligibleJobs;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.Shape;

/** The queue of a published state: rows that point into its frozen columns. Immutable. */
final class Queue implements EligibleJobs {
  private final Row[] rows;

  /** A job in one partition. */
  private record Row(long id, JobPage page, int row, PartitionView partition, long priority) {
    long submitted() {
      return page.submitted[row];
    }

    boolean fixed() {
      return (page.gate[row] & JobPage.FIXED_PRIORITY) != 0;
    }
  }

  private static final Comparator<Row> ORDER =
      (one, other) -> {
        int order = Integer.compare(other.partition.priorityTier(), one.partition.priorityTier());
        order = order != 0 ? order : Long.compare(other.priority, one.priority);
        order = order != 0 ? order : Long.compare(one.submitted(), other.submitted());
        order = order != 0 ? order : Long.compare(one.id, other.id);
        return order != 0 ? order : one.partition.name().compareTo(other.partition.name());
      };

  private Queue(Row[] rows) {
    this.rows = rows;
    Arrays.sort(rows, ORDER);
  }

  static Queue of(JobTable.View table, Structure structure) {
    java.util.ArrayList<Row> rows = new java.util.ArrayList<>();
    table.forEach(
        (id, page, row) -> {
          if ((page.gate[row] & JobPage.ELIGIBLE) == 0) {
            return;
          }
          Shape shape = page.shape[row];
          for (String name : shape.partitions()) {
            PartitionView partition = structure.partitionsByName.get(name);
            if (partition != null && open(partition, shape)) {
              rows.add(new Row(id, page, row, partition, page.priority[row]));
            }
          }
        });
    return new Queue(rows.toArray(new Row[0]));
  }

  private static boolean open(PartitionView partition, Shape shape) {
    return partition.startsJobs()
        && shape.jobClass().request().minNodes() <= partition.maxNodes()
        && shape.jobClass().request().maxNodes() >= partition.minNodes()
        && shape.jobClass().request().minNodes() <= partition.nodes().size()
        && shape.jobClass().timeLimit() <= partition.maxTime();
  }

  @Override
  public int size() {
    return rows.length;
  }

  @Override
  public PendingJob get(int index) {
    Row row = rows[index];
    JobPage page = row.page;
    Shape shape = page.shape[row.row];
    return new PendingJob(
        row.id,
        shape.jobClass(),
        row.partition.name(),
        row.submitted(),
        page.eligible[row.row],
        row.priority,
        row.fixed(),
        page.nice[row.row],
        page.user[row.row],
        shape.charge().account(),
        shape.charge().qos(),
        page.startable[row.row],
        page.expectedStart[row.row]);
  }

  @Override
  public EligibleJobs withPriorities(long[] priorities) {
    if (priorities.length != rows.length) {
      throw new IllegalArgumentException(
          priorities.length + " priorities for " + rows.length + " jobs");
    }
    Row[] changed = new Row[rows.length];
    for (int i = 0; i < rows.length; i++) {
      Row row = rows[i];
      changed[i] =
          row.fixed() || row.priority == priorities[i]
              ? row
              : new Row(row.id, row.page, row.row, row.partition, priorities[i]);
    }
    return new Queue(changed);
  }

  @Override
  public long jobId(int row) {
    return rows[row].id;
  }

  @Override
  public JobClass jobClass(int index) {
    Row row = rows[index];
    return row.page.shape[row.row].jobClass();
  }

  @Override
  public String partition(int index) {
    return rows[index].partition.name();
  }

  @Override
  public int user(int index) {
    Row row = rows[index];
    return row.page.user[row.row];
  }

  @Override
  public boolean considered(int row) {
    return rows[row].page.reason[rows[row].row] != Reason.NOT_CONSIDERED_YET.ordinal();
  }

  @Override
  public long priority(int row) {
    return rows[row].priority;
  }
}
