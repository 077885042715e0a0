package org.headrace.accounting.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobUse;
import org.osgi.service.component.annotations.Component;

/** No history: what a site gets that sets {@code accounting_storage/none}. */
@Component(service = AccountingStore.class, property = "headrace.plugin=accounting_storage/none")
public final class NoAccounting implements AccountingStore {
  @Override
  public void open(String cluster, Map<String, String> settings) {}

  @Override
  public void write(List<AccountingRecord> records) {}

  @Override
  public List<JobHistory> jobs(JobQuery query) {
    return List.of();
  }

  @Override
  public List<AccountingRecord.NodeChanged> nodeEvents(long from, long to) {
    return List.of();
  }

  @Override
  public List<JobUse> use(long from, long to) {
    return List.of();
  }
}
