package org.headrace.controller.internal.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.controller.testing.Await;
import org.junit.jupiter.api.Test;

class PluginRegistryTest {
  private final PluginRegistry registry = new PluginRegistry();

  /** What the plugins of these tests do. */
  private interface Speaker {
    String say() throws Exception;
  }

  private void add(String name, Speaker speaker) {
    registry.add("select", name, "1", speaker);
  }

  private String call() throws PluginFault {
    return registry.call(Kind.SELECTOR, Speaker.class, Speaker::say);
  }

  private PluginStatus status(String name) {
    return registry.list().stream()
        .filter(status -> status.kind().equals("select") && status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void configure(String name) {
    registry.configure(Map.of("SelectType", "select/" + name));
  }

  @Test
  void theConfiguredOneServesAndOthersAreAvailable() throws Exception {
    add("one", () -> "one");
    add("two", () -> "two");
    configure("two");
    assertThat(call()).isEqualTo("two");
    assertThat(status("two").state()).isEqualTo(PluginStatus.State.ACTIVE);
    assertThat(status("two").calls()).isEqualTo(1);
    assertThat(status("one").state()).isEqualTo(PluginStatus.State.AVAILABLE);
    registry.choose("select", "one");
    assertThat(call()).isEqualTo("one");
    configure("two");
    assertThat(call()).as("a choice holds until the configuration changes").isEqualTo("one");
    configure("one");
    configure("two");
    assertThat(call()).isEqualTo("two");
  }

  @Test
  void aMissingPluginIsSaidToBeMissingUntilItComes() throws Exception {
    add("cons_tres", () -> "not asked for");
    configure("two");
    assertThatThrownBy(this::call)
        .isInstanceOf(PluginFault.class)
        .hasMessageContaining("select/two");
    assertThat(status("two").state()).isEqualTo(PluginStatus.State.MISSING);
    assertThat(registry.serving(Kind.SELECTOR)).isNull();
    AtomicInteger changes = new AtomicInteger();
    registry.onChange(changes::incrementAndGet);
    add("two", () -> "two");
    assertThat(changes).hasValue(1);
    assertThat(call()).isEqualTo("two");
    assertThatThrownBy(() -> registry.choose("select", "three"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cons_tres, two");
    assertThatThrownBy(() -> registry.choose("colour", "red"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("select");
  }

  @Test
  void callsInFlightEndOnTheOldPluginAndRemovalWaitsForThem() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Speaker old =
        () -> {
          entered.countDown();
          release.await();
          return "old";
        };
    add("one", old);
    add("two", () -> "new");
    configure("one");
    CompletableFuture<String> inFlight = inBackground(this::call);
    entered.await();
    registry.choose("select", "two");
    assertThat(call()).isEqualTo("new");
    CompletableFuture<String> removal =
        inBackground(
            () -> {
              registry.remove("select", "one", old);
              return inFlight.isDone() ? "after the call" : "too early";
            });
    Await.until("it can't be called", () -> !registry.usable("select", "one"));
    assertThat(removal).isNotDone();
    release.countDown();
    assertThat(inFlight.get(10, TimeUnit.SECONDS)).isEqualTo("old");
    removal.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> registry.callNamed("select", "one", Speaker.class, Speaker::say))
        .isInstanceOf(PluginFault.class);
  }

  private interface Task {
    String run() throws Exception;
  }

  private static CompletableFuture<String> inBackground(Task task) {
    CompletableFuture<String> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                future.complete(task.run());
              } catch (Exception e) {
                future.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  /** Counts its calls, and knows whether it was stopped under one. */
  private static final class Stoppable implements Speaker {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public String say() {
      calls.incrementAndGet();
      if (stopped.get()) {
        throw new IllegalStateException("called after it was stopped");
      }
      return "x";
    }
  }

  @Test
  void noCallFailsWhileSwapsAndUpdatesGoOnUnderLoad() throws Exception {
    Stoppable one = new Stoppable();
    AtomicReference<Stoppable> two = new AtomicReference<>(new Stoppable());
    add("one", one);
    add("two", two.get());
    configure("one");
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<CompletableFuture<String>> callers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      callers.add(
          inBackground(
              () -> {
                while (!end.get()) {
                  call();
                  done.incrementAndGet();
                }
                return "fine";
              }));
    }
    int callsOfTwo = 0;
    for (int swap = 0; swap < 200; swap++) {
      int before = done.get();
      registry.choose("select", swap % 2 == 0 ? "two" : "one");
      if (swap % 10 == 9) {
        Stoppable old = two.get();
        Stoppable updated = new Stoppable();
        registry.add("select", "two", "2", updated);
        old.stopped.set(true);
        callsOfTwo += old.calls.get();
        two.set(updated);
      }
      Await.until("calls go on", () -> done.get() >= before + 50);
    }
    end.set(true);
    for (CompletableFuture<String> caller : callers) {
      assertThat(caller.get(10, TimeUnit.SECONDS)).isEqualTo("fine");
    }
    assertThat(done.get()).isGreaterThan(10_000);
    assertThat(one.calls.get()).isPositive();
    assertThat(callsOfTwo).isPositive();
  }

  @Test
  void afterThreeFaultsInARowTheLastGoodOneTakesOver() throws Exception {
    add("good", () -> "good");
    add(
        "bad",
        () -> {
          throw new IllegalStateException("no idea");
        });
    configure("good");
    assertThat(call()).isEqualTo("good");
    registry.choose("select", "bad");
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      assertThatThrownBy(this::call)
          .isInstanceOf(PluginFault.class)
          .hasMessageContaining("no idea");
    }
    assertThat(call()).isEqualTo("good");
    assertThat(status("bad").state()).isEqualTo(PluginStatus.State.QUARANTINED);
    assertThat(status("bad").faults()).isEqualTo(3);
    assertThat(status("bad").lastFault()).contains("no idea");
    assertThat(status("good").state()).isEqualTo(PluginStatus.State.ACTIVE);
    registry.choose("select", "bad");
    assertThat(status("bad").state()).isEqualTo(PluginStatus.State.ACTIVE);
  }

  /** What did well for a while and fails now doesn't take the place of the one before it. */
  @Test
  void theLastGoodOneIsTheLastOtherOne() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    add("site", () -> "site");
    add("linear", () -> "linear");
    add(
        "new",
        () -> {
          if (fails.get()) {
            throw new IllegalStateException("worn out");
          }
          return "new";
        });
    configure("site");
    call();
    registry.choose("select", "new");
    assertThat(call()).isEqualTo("new");
    fails.set(true);
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      assertThatThrownBy(this::call).isInstanceOf(PluginFault.class);
    }
    assertThat(call()).isEqualTo("site");
  }

  @Test
  void withoutALastGoodOneAFallbackOfTheKindTakesOver() throws Exception {
    add("linear", () -> "linear");
    add(
        "bad",
        () -> {
          throw new StackOverflowError();
        });
    configure("bad");
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      assertThatThrownBy(this::call).isInstanceOf(PluginFault.class);
    }
    assertThat(call()).isEqualTo("linear");
  }

  @Test
  void aSuccessEndsARowOfFaults() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    add(
        "moody",
        () -> {
          if (turn.getAndIncrement() % 3 != 2) {
            throw new IllegalStateException("not now");
          }
          return "moody";
        });
    configure("moody");
    for (int i = 0; i < 9; i++) {
      try {
        call();
      } catch (PluginFault e) {
        assertThat(e).hasMessageContaining("not now");
      }
    }
    assertThat(status("moody").state()).isEqualTo(PluginStatus.State.ACTIVE);
    assertThat(status("moody").faults()).isEqualTo(6);
  }

  /** In each cycle it serves some jobs before it fails: those must not hide the fault. */
  @Test
  void anInnerPluginFailsInARowEvenIfItAnswersInBetween() throws Exception {
    registry.add("sched", "backfill", "1", (Speaker) () -> "unused");
    AtomicInteger turn = new AtomicInteger();
    add(
        "moody",
        () -> {
          if (turn.getAndIncrement() % 3 == 2) {
            throw new IllegalStateException("this job is too much");
          }
          return "fine";
        });
    add("linear", () -> "linear");
    configure("moody");
    for (int cycle = 0; cycle < PluginRegistry.MAX_FAULTS; cycle++) {
      assertThatThrownBy(this::cycle).isInstanceOf(PluginFault.class);
    }
    assertThat(status("moody").state()).isEqualTo(PluginStatus.State.QUARANTINED);
    assertThat(cycle()).isEqualTo("planned");
    assertThat(registry.list().stream().filter(s -> s.kind().equals("sched")))
        .allMatch(s -> s.faults() == 0);
  }

  private String cycle() throws PluginFault {
    return registry.call(
        Kind.SCHEDULER,
        Speaker.class,
        scheduler -> {
          for (int job = 0; job < 3; job++) {
            try {
              call();
            } catch (PluginFault e) {
              throw new InnerFault(e);
            }
          }
          return "planned";
        });
  }

  @Test
  void whatFailsItsTrialStaysOut() throws Exception {
    List<String> tried = new ArrayList<>();
    registry.trial(
        (kind, name, settings) -> {
          tried.add(kind + "/" + name);
          if (name.equals("bad")) {
            throw new PluginFault("it gave no answer");
          }
        });
    add("good", () -> "good");
    add("bad", () -> "bad");
    add("other", () -> "other");
    configure("good");
    assertThatThrownBy(() -> registry.choose("select", "bad"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("select/bad stays out: it gave no answer");
    assertThat(call()).isEqualTo("good");
    assertThatThrownBy(() -> registry.tryOut(Map.of("SelectType", "select/bad")))
        .isInstanceOf(PluginFault.class)
        .hasMessageContaining("SelectType=select/bad can't be used");
    registry.choose("select", "other");
    assertThat(call()).isEqualTo("other");
    assertThat(tried).containsExactly("select/bad", "select/bad", "select/other");
  }

  @Test
  void otherSettingsAreTriedOnTheOneThatServes() throws Exception {
    registry.trial(
        (kind, name, settings) -> {
          if (settings.containsKey("SelectTypeParameters")) {
            throw new PluginFault("it can't read that");
          }
        });
    add("one", () -> "one");
    configure("one");
    registry.tryOut(Map.of("SelectType", "select/one"));
    assertThatThrownBy(
            () ->
                registry.tryOut(
                    Map.of("SelectType", "select/one", "SelectTypeParameters", "CR_What")))
        .isInstanceOf(PluginFault.class)
        .hasMessageContaining("SelectType=select/one can't be used: it can't read that");
  }

  @Test
  void otherSettingsAreAnotherChanceForOneInQuarantine() {
    add(
        "bad",
        () -> {
          throw new IllegalStateException("no such parameter");
        });
    configure("bad");
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      assertThatThrownBy(this::call).isInstanceOf(PluginFault.class);
    }
    assertThat(status("bad").state()).isEqualTo(PluginStatus.State.QUARANTINED);
    configure("bad");
    assertThat(status("bad").state()).isEqualTo(PluginStatus.State.QUARANTINED);
    registry.configure(Map.of("SelectType", "select/bad", "SelectTypeParameters", "CR_Core"));
    assertThat(status("bad").state()).isEqualTo(PluginStatus.State.ACTIVE);
  }

  @Test
  void missingIsWhatIsNamedAndNotThere() {
    add("one", () -> "one");
    assertThat(registry.missing(Map.of("SelectType", "select/one")))
        .noneMatch(warning -> warning.contains("Select") || warning.contains("preempt/none"));
    assertThat(registry.missing(Map.of("SelectType", "select/two")))
        .anyMatch(
            warning ->
                warning.startsWith("warning: SelectType=select/two is not installed")
                    && warning.endsWith("there are one"));
  }

  @Test
  void aPluginRunsInShadowUntilThatIsEnded() {
    registry.add("sched", "backfill", "1", new Object());
    registry.add("sched", "builtin", "1", new Object());
    registry.configure(Map.of());
    registry.shadow("sched", "builtin");
    assertThat(registry.shadow(Kind.SCHEDULER)).isEqualTo("builtin");
    assertThat(registry.list())
        .anyMatch(s -> s.name().equals("builtin") && s.state() == PluginStatus.State.SHADOW);
    assertThat(registry.shadowReport("sched")).first().asString().contains("builtin");
    registry.shadow("sched", "");
    assertThat(registry.shadow(Kind.SCHEDULER)).isNull();
    assertThatThrownBy(() -> registry.shadow("sched/builtin", ""))
        .hasMessageContaining("of kind sched/builtin can't run in shadow");
    assertThatThrownBy(() -> registry.shadow("sched", "none"))
        .isInstanceOf(IllegalArgumentException.class);
    registry.add("cred", "key", "1", new Object());
    assertThatThrownBy(() -> registry.shadow("cred", "key"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sched, select, topology, priority");
  }

  @Test
  void aThreadThatIsWrittenOffHoldsNoLeaseAndItsAnswerDoesNotCount() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    Speaker hung =
        () -> {
          thread.set(Thread.currentThread());
          entered.countDown();
          release.await();
          return "late";
        };
    add("hung", hung);
    configure("hung");
    CompletableFuture<String> call = inBackground(this::call);
    entered.await();
    assertThat(registry.writeOff(thread.get(), 50)).isEqualTo("select/hung");
    assertThat(status("hung").faults()).isEqualTo(1);
    assertThat(status("hung").lastFault()).contains("no answer within 50 ms");
    long start = System.nanoTime();
    registry.remove("select", "hung", hung);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
    release.countDown();
    assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).hasMessageContaining("too late");
    assertThat(registry.writeOff(Thread.currentThread(), 50)).isNull();
  }
}
