package org.headrace.accounting.internal;

import org.headrace.api.accounting.AccountingStore;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * What a {@code slurm.conf} that was moved over asks for. Its host, port and user are those of a
 * daemon that Headrace does not have, so they say nothing: an SQLite file serves, unless {@code
 * HeadraceAccountingUrl} names another database.
 */
@Component(
    service = AccountingStore.class,
    property = "headrace.plugin=accounting_storage/slurmdbd")
public final class SlurmdbdAccounting extends SqlAccountingStore {
  public SlurmdbdAccounting() {
    super(null);
  }

  @Deactivate
  @Override
  public void close() {
    super.close();
  }
}
