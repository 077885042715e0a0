package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.cluster.service.Cluster;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreServiceTest {
  private static final long TERM = 7;

  @TempDir Path directory;

  private final List<String> order = new ArrayList<>();
  private CoreService service;

  /** Of a member that leads, as the service sees it. */
  private static Cluster leading() {
    return (Cluster)
        Proxy.newProxyInstance(
            CoreServiceTest.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("role");
              return Cluster.Role.LEADER;
            });
  }

  private String seen(String what) {
    return what + (service.leads() || service.leads(TERM) ? ", seen to lead" : "");
  }

  /**
   * Another thread looks every second whether this member leads and opens the log then: before the
   * listener knows of the term, nobody would serve in it.
   */
  @Test
  void nobodySeesATermOfWhichTheListenerIsNotTold() throws Exception {
    CoreListener listener =
        new Heard() {
          @Override
          public void leading(
              long term, PublishedState state, List<AccountingRecord> backlog, Counters counters) {
            order.add(seen("leading in " + term));
          }
        };
    Terms terms =
        new Terms() {
          @Override
          public void begun(long term, int member) {
            order.add(seen("begun " + term));
          }

          @Override
          public void ended(long term) {
            order.add("ended " + term);
          }
        };
    try (StateStores stores = StateStores.open(100)) {
      service =
          new CoreService(
              new ClusterMachine(stores.jobs(), stores.files()),
              listener,
              terms,
              new LeftOutEntries(directory.resolve("left-out"), true));
      service.onStart(leading(), null);
      service.onNewLeadershipTermEvent(TERM, 0, 0, 0, 0, 0, TimeUnit.MILLISECONDS, 0);
    }
    assertThat(order).containsExactly("leading in 7", "begun 7, seen to lead");
  }
}
