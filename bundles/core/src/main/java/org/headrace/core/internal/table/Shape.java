package org.headrace.core.internal.table;

import java.util.List;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.JobClass;

/**
 * What many jobs have in common, kept once for all of them.
 *
 * @param jobClass what decides where and how long a job may run
 * @param partitions partitions it may run in, best first
 * @param charge to whom it is charged
 * @param component which part of a heterogeneous job it is
 */
public record Shape(
    JobClass jobClass, List<String> partitions, Charge charge, JobComponent component) {
  public Shape {
    partitions = List.copyOf(partitions);
  }
}
