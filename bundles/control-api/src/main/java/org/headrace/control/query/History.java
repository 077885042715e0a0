package org.headrace.control.query;

import java.util.List;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.accounting.WorkKey;

/** Read access to accounting, whichever plugin keeps it. */
public interface History {
  /**
   * Finds jobs. Waits for records on their way to the database, so that a job that has just ended
   * is found ended.
   *
   * @throws AccountingException if the database can't be reached
   */
  List<JobHistory> jobs(JobQuery query) throws AccountingException;

  /**
   * Finds changes of nodes, in the order of time.
   *
   * @param from not before, in epoch milliseconds
   * @param to not after, in epoch milliseconds
   * @throws AccountingException if the database can't be reached
   */
  default List<AccountingRecord.NodeChanged> nodeEvents(long from, long to)
      throws AccountingException {
    return List.of();
  }

  /**
   * Finds what a job was submitted with.
   *
   * @param jobId job id, or array id
   * @param submitted when it was, in epoch milliseconds
   * @return null if that isn't kept
   * @throws AccountingException if the database can't be reached
   */
  default SubmittedFiles files(long jobId, long submitted) throws AccountingException {
    return null;
  }

  /**
   * Adds up what jobs used in a period.
   *
   * @param from its begin, in epoch milliseconds
   * @param to its end; what still runs counts up to there
   * @throws AccountingException if the database can't be reached, or doesn't add up
   */
  default List<JobUse> use(long from, long to) throws AccountingException {
    return List.of();
  }

  /**
   * Finds changes of accounts and their like, in the order in which they were made.
   *
   * @param from not before, in epoch milliseconds
   * @param to not after, in epoch milliseconds
   * @throws AccountingException if the database can't be reached
   */
  default List<AccountingRecord.BookChanged> bookEvents(long from, long to)
      throws AccountingException {
    return List.of();
  }

  /**
   * Finds the keys that jobs were submitted with, by their names and users.
   *
   * @throws AccountingException if the database can't be reached
   */
  default List<WorkKey> workKeys() throws AccountingException {
    return List.of();
  }
}
