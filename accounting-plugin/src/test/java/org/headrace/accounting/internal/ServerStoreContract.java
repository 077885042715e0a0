package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.headrace.accounting.internal.Samples.T0;
import static org.headrace.accounting.internal.Samples.changed;
import static org.headrace.accounting.internal.Samples.job;
import static org.headrace.accounting.internal.Samples.status;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.JobState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store must do whose database is a server that can go away. */
abstract class ServerStoreContract extends AccountingStoreContract {
  private static final int BATCH = 50;

  abstract DatabaseServer server();

  @Override
  Map<String, String> settings() {
    return Map.of(
        "AccountingStorageHost", "127.0.0.1",
        "AccountingStoragePort", Integer.toString(server().port()),
        "AccountingStorageUser", "headrace",
        "AccountingStoragePass", DatabaseServer.PASSWORD,
        "AccountingStorageLoc", "headrace");
  }

  private Map<String, String> settings(String name, String value) {
    Map<String, String> changed = new HashMap<>(settings());
    changed.put(name, value);
    return changed;
  }

  private static List<AccountingRecord> batch(int number) {
    List<AccountingRecord> records = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      long id = (long) number * BATCH + i + 1;
      records.add(changed(id, job(id, 5, status(JobState.PENDING, T0, T0, 0, 0, 0))));
    }
    return records;
  }

  @Test
  @Timeout(120)
  void nothingAcknowledgedIsLostWhenTheServerIsKilled() throws Exception {
    AtomicInteger acknowledged = new AtomicInteger();
    Thread writer =
        new Thread(
            () -> {
              try {
                while (acknowledged.get() < 100_000) {
                  store().write(batch(acknowledged.get()));
                  acknowledged.incrementAndGet();
                }
              } catch (AccountingException e) {
                // The server is gone: what this test is about.
              }
            });
    writer.start();
    while (acknowledged.get() < 20 && writer.isAlive()) {
      LockSupport.parkNanos(100_000);
    }
    server().kill();
    writer.join();
    assertThat(acknowledged.get()).isGreaterThanOrEqualTo(20);
    assertThatThrownBy(() -> store().write(batch(0))).isInstanceOf(AccountingException.class);
    assertThatThrownBy(() -> store().jobs(Samples.all())).isInstanceOf(AccountingException.class);
    assertThatThrownBy(() -> store().open(cluster(), settings()))
        .isInstanceOf(AccountingException.class);

    server().start();
    store().open(cluster(), settings());
    int kept = acknowledged.get() * BATCH;
    List<Long> found = store().jobs(Samples.all()).stream().map(h -> h.job().id()).toList();
    assertThat(found).containsAll(LongStream.rangeClosed(1, kept).boxed().toList());
    assertThat(found.size()).as("a batch is there whole or not at all").isIn(kept, kept + BATCH);
    // The controller offers what it got no answer for again.
    store().write(batch(acknowledged.get()));
    assertThat(store().jobs(Samples.all())).hasSize(kept + BATCH);
  }

  @Test
  @Timeout(120)
  void readingRecoversByItself() throws Exception {
    store().write(batch(0));
    assertThat(store().jobs(Samples.all())).hasSize(BATCH);
    server().kill();
    server().start();
    assertThat(store().jobs(Samples.all())).hasSize(BATCH);
  }

  @Test
  void saysWhatIsWrongWithoutThePassword() {
    assertThatThrownBy(() -> store().open("c", settings("AccountingStoragePass", "wr0ng-secret")))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining("headrace@127.0.0.1:" + server().port())
        .hasMessageContaining("check AccountingStorageUser")
        .hasMessageNotContaining("wr0ng-secret");
    assertThatThrownBy(() -> store().open("c", settings("AccountingStoragePort", "1")))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining("127.0.0.1:1/")
        .hasMessageNotContaining(DatabaseServer.PASSWORD);
  }
}
