package org.headrace.controller.internal.accounting;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.headrace.control.command.Outcome;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.FakeAccounting;
import org.junit.jupiter.api.Test;

class AccountingFeedTest {
  private static final Map<String, String> SETTINGS =
      Map.of("AccountingStorageType", "accounting_storage/fake");

  /** A driver unpacks itself when it is first used, which a disk that is full by then refuses. */
  @Test
  void theDatabaseIsOpenedBeforeThereIsARecord() {
    FakeAccounting accounting = new FakeAccounting();
    PluginRegistry registry = new PluginRegistry();
    registry.add("accounting_storage", "fake", "1", accounting);
    registry.configure(SETTINGS);
    try (AccountingFeed feed =
        new AccountingFeed(
            registry,
            (command, actor) -> CompletableFuture.completedFuture(Outcome.DONE),
            id -> null)) {
      feed.start();
      feed.configure("test", SETTINGS);
      Await.until("the database is open", () -> accounting.opened() == 1);
    }
  }
}
