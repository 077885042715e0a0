package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;
import org.headrace.api.priority.Priority;
import org.headrace.api.sitefactor.SiteFactor;
import org.headrace.control.command.Command;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bundle of the site's own that adds to priorities, and what becomes of its faults. */
class SiteFactorsTest {
  private static final int NODE_CORES = 64;

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final PlanningLoop loop =
      new PlanningLoop(registry, log::append, System::currentTimeMillis);

  @BeforeEach
  void start() {
    Priority thousand =
        (queue, view, options, now, priorities) -> {
          for (int row = 0; row < queue.size(); row++) {
            priorities[row] = 1000 + queue.get(row).siteFactor();
          }
        };
    registry.add("sched", "builtin", "1", new BuiltinScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "thousand", "1", thousand);
    configure(Map.of());
    log.system(new Command.RegisterNode(Samples.report("n1", NODE_CORES)));
    log.reader(loop::published);
    loop.start();
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  private void configure(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.put("PriorityType", "priority/thousand");
    settings.put("SchedulerType", "sched/builtin");
    settings.put("SelectType", "select/cons_tres");
    log.system(new Command.Configure(Samples.cluster(NODE_CORES, settings, 7001)));
    registry.configure(settings);
  }

  private static SiteFactor adding(int factor) {
    return (queue, view, parameters, now, factors) -> {
      for (int row = 0; row < factors.length; row++) {
        factors[row] += factor;
      }
    };
  }

  /** The priority with which a new job starts. */
  private long priorityOfNext() {
    long job = log.submit();
    Await.until("it runs", () -> log.job(job).status().state() == JobState.RUNNING);
    return log.job(job).status().priority();
  }

  private PluginStatus status(String name) {
    return registry.list().stream()
        .filter(one -> one.kind().equals("site_factor") && one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatThePluginSaysIsAddedUntilAnotherOneIsChosen() {
    registry.add("site_factor", "five", "1", adding(5));
    registry.add("site_factor", "six", "1", adding(6));
    assertThat(priorityOfNext()).as("none is configured").isEqualTo(1000);
    configure(Map.of("PrioritySiteFactorPlugin", "site_factor/five"));
    assertThat(priorityOfNext()).isEqualTo(1005);
    registry.choose("site_factor", "six");
    assertThat(priorityOfNext()).isEqualTo(1006);
  }

  @Test
  void itHasItsParametersAndWhatAnAdministratorSaid() {
    List<String> seen = new CopyOnWriteArrayList<>();
    registry.add(
        "site_factor",
        "site",
        "1",
        (SiteFactor)
            (queue, view, parameters, now, factors) -> {
              for (int row = 0; row < factors.length; row++) {
                seen.add(parameters + " " + factors[row]);
              }
            });
    configure(
        Map.of(
            "PrioritySiteFactorPlugin", "site_factor/site",
            "PrioritySiteFactorParameters", "a=b,c"));
    assertThat(priorityOfNext()).isEqualTo(1000);
    assertThat(seen).contains("a=b,c 0");
  }

  /** Its nonsense costs its answer: jobs have what administrators gave them, and start. */
  @Test
  void oneThatThrowsOrIsBeyondAllBoundsIsLeftOutInTheEnd() {
    registry.add(
        "site_factor",
        "throws",
        "1",
        (SiteFactor)
            (queue, view, parameters, now, factors) -> {
              throw new IllegalStateException("no site today");
            });
    registry.add("site_factor", "beyond", "1", adding(Integer.MAX_VALUE));
    for (String bad : List.of("throws", "beyond")) {
      configure(Map.of("PrioritySiteFactorPlugin", "site_factor/" + bad));
      while (status(bad).state() != PluginStatus.State.QUARANTINED) {
        assertThat(priorityOfNext()).isEqualTo(1000);
      }
      assertThat(status(bad).faults()).isEqualTo(PluginRegistry.MAX_FAULTS);
      assertThat(priorityOfNext()).isEqualTo(1000);
    }
    assertThat(status("beyond").lastFault()).contains("2147483647", "beyond 2147483645");
  }

  /** It holds nobody up for long, and nobody else is blamed for it. */
  @Test
  void oneThatHangsIsLeftOutInTheEnd() {
    CountDownLatch end = new CountDownLatch(1);
    registry.add(
        "site_factor",
        "hangs",
        "1",
        (SiteFactor)
            (queue, view, parameters, now, factors) -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      configure(
          Map.of(
              "PrioritySiteFactorPlugin",
              "site_factor/hangs",
              "SchedulerParameters",
              "headrace_plan_budget=200,headrace_plan_grace=20000"));
      while (status("hangs").state() != PluginStatus.State.QUARANTINED) {
        assertThat(priorityOfNext()).isEqualTo(1000);
      }
      assertThat(status("hangs").lastFault()).contains("no answer within 100 ms");
      assertThat(registry.list())
          .filteredOn(one -> !one.kind().equals("site_factor"))
          .allMatch(one -> one.faults() == 0);
    } finally {
      end.countDown();
    }
  }

  @Test
  void oneThatFailsItsTrialIsNotChosen() {
    registry.add("site_factor", "beyond", "1", adding(Integer.MIN_VALUE));
    for (int i = 0; i < NODE_CORES; i++) {
      log.submit();
    }
    long waits = log.submit();
    Await.until("there is no room", () -> log.job(waits).status().reason() == Reason.RESOURCES);
    assertThatThrownBy(() -> registry.choose("site_factor", "beyond"))
        .hasMessageContaining("stays out")
        .hasMessageContaining("beyond 2147483645");
  }

  @Test
  void oneThatIsNotThereIsWarnedOfAndNobodyWaitsForIt() {
    configure(Map.of("PrioritySiteFactorPlugin", "site_factor/away"));
    assertThat(registry.missing(Map.of("PrioritySiteFactorPlugin", "site_factor/away")))
        .anyMatch(line -> line.contains("PrioritySiteFactorPlugin=site_factor/away"));
    assertThat(priorityOfNext()).isEqualTo(1000);
  }
}
