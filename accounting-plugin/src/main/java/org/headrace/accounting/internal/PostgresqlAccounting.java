package org.headrace.accounting.internal;

import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingStore;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The history in a PostgreSQL database. */
@Component(
    service = AccountingStore.class,
    property = "headrace.plugin=accounting_storage/postgresql")
public final class PostgresqlAccounting extends SqlAccountingStore {
  public PostgresqlAccounting() {
    super(Engine.POSTGRESQL);
  }

  @Deactivate
  @Override
  public void close() {
    super.close();
  }
}
