package org.headrace.controller.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.SubmittedFiles;

/** Keeps records in a list, when it isn't away. */
public final class FakeAccounting implements AccountingStore {
  private final List<AccountingRecord> records = new ArrayList<>();
  private final List<SubmittedFiles> kept = new ArrayList<>();
  private boolean away;
  private int refusals;
  private int opened;

  public synchronized void away(boolean isAway) {
    away = isAway;
  }

  /** How often somebody came while it was away. */
  public synchronized int refusals() {
    return refusals;
  }

  /** How often it was opened. */
  public synchronized int opened() {
    return opened;
  }

  public synchronized List<AccountingRecord> records() {
    return List.copyOf(records);
  }

  /** Numbers of records, in the order in which they came. */
  public List<Long> numbers() {
    return records().stream().map(AccountingRecord::number).toList();
  }

  private void check() throws AccountingException {
    if (away) {
      refusals++;
      throw new AccountingException("the database is away", null);
    }
  }

  @Override
  public synchronized void open(String cluster, Map<String, String> settings)
      throws AccountingException {
    check();
    opened++;
  }

  @Override
  public synchronized void write(List<AccountingRecord> batch) throws AccountingException {
    check();
    records.addAll(batch);
  }

  @Override
  public synchronized void keep(List<SubmittedFiles> files) throws AccountingException {
    check();
    kept.addAll(files);
  }

  /** What jobs were submitted with. */
  public synchronized List<SubmittedFiles> kept() {
    return List.copyOf(kept);
  }

  @Override
  public synchronized List<JobHistory> jobs(JobQuery query) throws AccountingException {
    check();
    return List.of();
  }

  @Override
  public synchronized List<AccountingRecord.NodeChanged> nodeEvents(long from, long to)
      throws AccountingException {
    check();
    return List.of();
  }
}
