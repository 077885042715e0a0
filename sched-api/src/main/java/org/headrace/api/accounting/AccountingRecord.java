package org.headrace.api.accounting;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;

/**
 * Something to remember. Each holds the whole new state of its subject, so that writing one twice,
 * or a later one first and again, does no harm.
 */
public sealed interface AccountingRecord
    permits AccountingRecord.JobChanged,
        AccountingRecord.StepChanged,
        AccountingRecord.NodeChanged,
        AccountingRecord.BookChanged {
  /** Position in the controller's sequence, ascending without end. */
  long number();

  /** When it happened, in epoch milliseconds. */
  long time();

  /**
   * A job was submitted, started, changed or ended.
   *
   * @param number position
   * @param time when
   * @param job the job from then on
   * @param nodes names of the nodes of its allocation, in its order
   */
  record JobChanged(long number, long time, Job job, List<String> nodes)
      implements AccountingRecord {
    public JobChanged {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A step started or ended.
   *
   * @param number position
   * @param time when
   * @param step the step from then on
   * @param jobStarted start time of the run of the job that it belongs to
   * @param nodes names of its nodes, in the order of its parts
   */
  record StepChanged(long number, long time, Step step, long jobStarted, List<String> nodes)
      implements AccountingRecord {
    public StepChanged {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A node went out of service, or came back.
   *
   * @param number position
   * @param time when
   * @param node node name
   * @param state condition, in the words of the controller
   * @param inService true when it takes jobs from then on
   * @param reason why, or the empty string
   * @param user who did it, or the empty string
   * @param cpus CPUs of the node
   */
  record NodeChanged(
      long number,
      long time,
      String node,
      String state,
      boolean inService,
      String reason,
      String user,
      int cpus)
      implements AccountingRecord {}

  /**
   * Somebody changed who may use the cluster, and how.
   *
   * @param number position
   * @param time when
   * @param actor who did
   * @param change what was done
   * @param kind to what
   * @param name of it; of an association its number
   * @param account of an association, else the empty string
   * @param user of an association, else the empty string
   * @param details what it is from then on, in words; empty for what is gone
   */
  record BookChanged(
      long number,
      long time,
      String actor,
      Change change,
      Kind kind,
      String name,
      String account,
      String user,
      String details)
      implements AccountingRecord {
    /** What is done. */
    public enum Change {
      ADDED,
      CHANGED,
      REMOVED
    }

    /** What it is done to. */
    public enum Kind {
      ACCOUNT,
      USER,
      ASSOCIATION,
      QOS
    }
  }
}
