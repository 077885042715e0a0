package org.headrace.api.model;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;

/**
 * A quality of service that jobs may ask for.
 *
 * @param name name
 * @param priority its share of a job's priority, at least 0
 * @param id number that is never used again; zero for one that is about to be made
 * @param description free text
 * @param flags what is special about it
 * @param limits limits of what its jobs use
 * @param usageFactor what usage of its jobs is multiplied by
 * @param limitFactor what its jobs' associations' limits of resources are multiplied by; zero for
 *     none
 * @param usageThreshold the least fair share factor with which its jobs start; negative for none
 * @param preempts names of qualities of service whose jobs it may preempt
 * @param preemptMode how its jobs are preempted, under the names of the configuration; empty for
 *     the cluster's way
 * @param exemptTime how long its jobs run before they may be preempted, in milliseconds; negative
 *     for the cluster's time
 * @param graceTime between warning and end of a preempted job, in milliseconds
 */
public record QualityOfService(
    String name,
    long priority,
    long id,
    String description,
    Set<QosFlag> flags,
    LimitSet limits,
    double usageFactor,
    double limitFactor,
    double usageThreshold,
    List<String> preempts,
    String preemptMode,
    long exemptTime,
    long graceTime) {
  /** What every cluster has before anybody has defined another. */
  public static final QualityOfService NORMAL =
      new QualityOfService(
          "normal",
          0,
          1,
          "Normal QOS default",
          Set.of(),
          LimitSet.NONE,
          1,
          0,
          -1,
          List.of(),
          "",
          -1,
          0);

  public QualityOfService {
    flags = Set.copyOf(flags);
    limits = limits == null ? LimitSet.NONE : limits;
    preempts = List.copyOf(preempts);
  }

  /** One that has nothing special about it. */
  public QualityOfService(String name, long priority) {
    this(name, priority, 0, name, Set.of(), LimitSet.NONE, 1, 0, -1, List.of(), "", -1, 0);
  }

  public boolean has(QosFlag flag) {
    return flags.contains(flag);
  }

  /** The limits of partitions that don't hold for jobs of the one of that name. */
  public static Set<PartitionLimit> exempt(Collection<QualityOfService> all, String name) {
    for (QualityOfService one : all) {
      if (one.name().equals(name)) {
        return one.exempt();
      }
    }
    return Set.of();
  }

  /** The limits of partitions that don't hold for its jobs. */
  public Set<PartitionLimit> exempt() {
    Set<PartitionLimit> exempt = EnumSet.noneOf(PartitionLimit.class);
    for (QosFlag flag : flags) {
      switch (flag) {
        case PARTITION_MIN_NODES -> exempt.add(PartitionLimit.MIN_NODES);
        case PARTITION_MAX_NODES -> exempt.add(PartitionLimit.MAX_NODES);
        case PARTITION_TIME_LIMIT -> exempt.add(PartitionLimit.TIME);
        default -> {}
      }
    }
    return exempt;
  }

  public QualityOfService withId(long newId) {
    return new QualityOfService(
        name,
        priority,
        newId,
        description,
        flags,
        limits,
        usageFactor,
        limitFactor,
        usageThreshold,
        preempts,
        preemptMode,
        exemptTime,
        graceTime);
  }
}
