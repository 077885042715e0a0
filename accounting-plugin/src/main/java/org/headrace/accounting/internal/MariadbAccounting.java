package org.headrace.accounting.internal;

import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingStore;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The history in a MariaDB database. */
@Component(service = AccountingStore.class, property = "headrace.plugin=accounting_storage/mariadb")
public final class MariadbAccounting extends SqlAccountingStore {
  public MariadbAccounting() {
    super(Engine.MARIADB);
  }

  @Deactivate
  @Override
  public void close() {
    super.close();
  }
}
