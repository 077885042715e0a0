package org.headrace.accounting.internal;

import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingStore;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The name by which a {@code slurm.conf} that was moved over calls {@link MariadbAccounting}. */
@Component(service = AccountingStore.class, property = "headrace.plugin=accounting_storage/mysql")
public final class MysqlAccounting extends SqlAccountingStore {
  public MysqlAccounting() {
    super(Engine.MARIADB);
  }

  @Deactivate
  @Override
  public void close() {
    super.close();
  }
}
