package org.headrace.api.accounting;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps the history. Called by one thread at a time for writing, and by others for reading at the
 * same time.
 */
@ConsumerType
public interface AccountingStore {
  /**
   * Opens the database, and makes or upgrades its tables. Called again after a failure and when the
   * settings have changed.
   *
   * @param cluster name of the cluster
   * @param settings settings by the names of the configuration, such as {@code
   *     AccountingStorageHost}; {@code directory} is a directory of the controller's own
   * @throws AccountingException if the database can't be reached
   */
  void open(String cluster, Map<String, String> settings) throws AccountingException;

  /**
   * Writes records, all or none. Once it has returned they survive a crash.
   *
   * @throws AccountingException if they could not be written; they will be offered again
   */
  void write(List<AccountingRecord> records) throws AccountingException;

  /**
   * Keeps what jobs were submitted with, where the configuration wants that. Called again for what
   * may be kept already.
   *
   * @throws AccountingException if it could not be written; it will be offered again
   */
  default void keep(List<SubmittedFiles> files) throws AccountingException {}

  /**
   * Finds what a job was submitted with.
   *
   * @param jobId job id, or array id
   * @param submitted when it was, in epoch milliseconds
   * @return null if it isn't known
   * @throws AccountingException if the database can't be reached
   */
  default SubmittedFiles files(long jobId, long submitted) throws AccountingException {
    return null;
  }

  /**
   * Finds jobs, in the order of submission, ids breaking ties.
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
  List<AccountingRecord.NodeChanged> nodeEvents(long from, long to) throws AccountingException;

  /**
   * Adds up what jobs used in a period.
   *
   * @param from its begin, in epoch milliseconds
   * @param to its end; what still runs counts up to there
   * @throws AccountingException if the database can't be reached, or doesn't add up
   */
  default List<JobUse> use(long from, long to) throws AccountingException {
    throw new AccountingException("this kind of accounting doesn't add up what jobs used", null);
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
