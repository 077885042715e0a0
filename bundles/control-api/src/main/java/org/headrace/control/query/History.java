package org.headrace.control.query;

import java.util.List;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;

/** Read access to accounting, whichever plugin keeps it. */
public interface History {
  /**
   * Finds jobs. Waits for records on their way to the database, so that a job that has just ended
   * is found ended.
   *
   * @throws AccountingException if the database can't be reached
   */
  List<JobHistory> jobs(JobQuery query) throws AccountingException;
}
