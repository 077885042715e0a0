package org.headrace.accounting.internal;

import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingStore;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The history in an SQLite file. */
@Component(service = AccountingStore.class, property = "headrace.plugin=accounting_storage/sqlite")
public final class SqliteAccounting extends SqlAccountingStore {
  public SqliteAccounting() {
    super(Engine.SQLITE);
  }

  @Deactivate
  @Override
  public void close() {
    super.close();
  }
}
