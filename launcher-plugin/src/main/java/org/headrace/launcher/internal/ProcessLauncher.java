package org.headrace.launcher.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.headrace.api.launcher.FoundStep;
import org.headrace.api.launcher.LaunchListener;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.LauncherSettings;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.TaskOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps under native supervisors, one per step, that outlive this process.
 *
 * <p>The spool tells what became of a step: a supervisor that can be reached is alive; a {@code
 * result} file is the end; neither means that the supervisor died, and a new one settles the
 * attempt (it kills what is left and writes a result).
 */
final class ProcessLauncher implements Launcher, StepRun.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessLauncher.class);
  private static final int MAX_NOTES_LOGGED = 100;
  private static final long RETRY_MILLIS = 20;
  private static final long MAX_RETRY_MILLIS = 1000;
  private static final int MAX_RETRIES = 20;

  /** How a supervisor's answer begins when another one holds the attempt. */
  private static final String OWNED = "another supervisor owns";

  private final LauncherSettings settings;
  private final Spool spool;
  private final EventLoop loop;
  private final Spawner spawner;

  /** The newest attempt of each step. */
  private final Map<StepKey, StepRun> runs = new ConcurrentHashMap<>();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<String> notesLogged = ConcurrentHashMap.newKeySet();

  ProcessLauncher(LauncherSettings settings, Path stepd) throws IOException {
    this.settings = settings;
    spool = Spool.open(settings.spoolDir());
    loop = new EventLoop("headrace-launcher-" + settings.nodeName());
    spawner = new Spawner(loop, stepd, spool.socketPath(), spool.logFile());
  }

  @Override
  public void launch(LaunchOrder order, LaunchListener listener) {
    StepKey key = order.key();
    StepRun fresh = new StepRun(key, order.attempt(), listener, this);
    StepRun known = runs.get(key);
    if (known == null || (known.ended() && known.attempt < order.attempt())) {
      StepRun raced = known == null ? runs.putIfAbsent(key, fresh) : null;
      boolean replaced = known == null ? raced == null : runs.replace(key, known, fresh);
      known = replaced ? fresh : runs.getOrDefault(key, fresh);
    }
    if (known != fresh) {
      repeat(known, fresh, listener);
      return;
    }
    try {
      byte[] encoded = OrderEncoder.encode(order, settings);
      loop.execute(() -> start(fresh, encoded, ranks(order)));
    } catch (LaunchRefusedException e) {
      loop.execute(() -> refuse(fresh, e.getMessage(), ranks(order)));
    }
  }

  private void repeat(StepRun known, StepRun fresh, LaunchListener listener) {
    if (known.attempt == fresh.attempt) {
      loop.execute(() -> known.attach(listener));
      return;
    }
    // Not written to the spool: the attempt that is there keeps its place.
    String why =
        known.attempt > fresh.attempt
            ? "attempt " + known.attempt + " of the step is already known on this node"
            : "attempt " + known.attempt + " of the step still runs on this node";
    loop.execute(
        () -> {
          byte[] text = ResultText.failure(why, List.of(), System.currentTimeMillis());
          ResultText.parse(text)
              .ifPresent(result -> listener.ended(known.key, result.toResult(fresh.attempt)));
        });
  }

  private static List<Integer> ranks(LaunchOrder order) {
    return order.tasks().stream().map(TaskOrder::globalRank).toList();
  }

  private void start(StepRun run, byte[] order, List<Integer> ranks) {
    try {
      if (!spool.create(run.key, run.attempt)) {
        resolve(run, 0);
        return;
      }
    } catch (IOException e) {
      refuse(run, "can't make a directory in the spool: " + e, ranks);
      return;
    }
    spawner.launch(
        spool.dir(run.key, run.attempt),
        order,
        (answer, text) -> {
          if (answer == Spawner.Answer.FAILED && !text.startsWith(OWNED)) {
            refuse(run, text, ranks);
          } else {
            resolve(run, 0);
          }
        });
  }

  /** Ends an attempt that can't start, with the reason in the spool like any result. */
  private void refuse(StepRun run, String reason, List<Integer> ranks) {
    byte[] text = ResultText.failure(reason, ranks, System.currentTimeMillis());
    try {
      spool.writeResult(run.key, run.attempt, text);
    } catch (IOException e) {
      LOG.error("can't write the result of {} to the spool: {}", run.key, reason, e);
    }
    LOG.warn("{} can't be started: {}", run.key, reason);
    ResultText.parse(text).ifPresent(run::finish);
  }

  /** Finds out from the spool where the attempt stands, and goes on from there. */
  private void resolve(StepRun run, int tries) {
    if (run.ended() || run.connect(loop, spool.dir(run.key, run.attempt).resolve("ctl"))) {
      return;
    }
    Optional<ResultText> result = spool.result(run.key, run.attempt);
    if (result.isPresent()) {
      run.finish(result.get());
      return;
    }
    spawner.recover(
        spool.dir(run.key, run.attempt), (answer, text) -> settled(run, tries, answer, text));
  }

  private void settled(StepRun run, int tries, Spawner.Answer answer, String text) {
    Optional<ResultText> result = spool.result(run.key, run.attempt);
    if (answer == Spawner.Answer.READY && result.isPresent()) {
      LOG.warn("{}: {}", run.key, result.get().reason());
      run.finish(result.get());
    } else if (tries < MAX_RETRIES || text.startsWith(OWNED)) {
      // Its supervisor is just coming up or going down; as long as there is one, it decides.
      long delay = Math.min(RETRY_MILLIS * (tries + 1), MAX_RETRY_MILLIS);
      loop.schedule(delay, () -> resolve(run, tries + 1));
    } else {
      refuse(run, "the step's supervisor can't be reached: " + text, List.of());
    }
  }

  @Override
  public void connectionLost(StepRun run) {
    resolve(run, 0);
  }

  @Override
  public void finished(StepRun run) {
    LOG.debug("{} attempt {} ended", run.key, run.attempt);
  }

  @Override
  public void noted(StepKey key, List<String> notes) {
    for (String note : notes) {
      if (notesLogged.size() < MAX_NOTES_LOGGED && notesLogged.add(note)) {
        LOG.warn("node {}: {} (first seen with {})", settings.nodeName(), note, key);
      }
    }
  }

  @Override
  public boolean signal(StepKey key, int signo, SignalScope scope) {
    StepRun run = runs.get(key);
    if (run == null || run.ended()) {
      return false;
    }
    loop.execute(() -> run.signal(signo, scope));
    return true;
  }

  @Override
  public void tell(StepKey key, String text) {
    StepRun run = runs.get(key);
    if (run != null && !run.ended()) {
      loop.execute(() -> run.tell(text));
    }
  }

  @Override
  public void resize(StepKey key, int rows, int columns) {
    StepRun run = runs.get(key);
    if (run != null && !run.ended()) {
      loop.execute(() -> run.resize(rows, columns));
    }
  }

  @Override
  public void fenced(StepKey key, int round, byte[] pairs) {
    StepRun run = runs.get(key);
    if (run != null && !run.ended()) {
      loop.execute(() -> run.fenced(round, pairs));
    }
  }

  @Override
  public void fail(StepKey key, String why) {
    StepRun run = runs.get(key);
    if (run != null && !run.ended()) {
      loop.execute(() -> run.fail(why));
    }
  }

  @Override
  public boolean input(StepKey key, int taskRank, byte[] data, boolean eof) {
    StepRun run = runs.get(key);
    if (run == null || run.ended()) {
      return true;
    }
    if (!run.reserveInput(data.length)) {
      return false;
    }
    loop.execute(() -> run.input(taskRank, data, eof));
    return true;
  }

  @Override
  public void resumeOutput(StepKey key) {
    StepRun run = runs.get(key);
    if (run != null) {
      loop.execute(run::resumeOutput);
    }
  }

  @Override
  public List<FoundStep> recover(LaunchListener listener) {
    List<FoundStep> found = new ArrayList<>();
    try {
      for (Spool.Entry entry : spool.list()) {
        StepRun run = new StepRun(entry.key(), entry.attempt(), listener, this);
        Optional<ResultText> result = spool.result(entry.key(), entry.attempt());
        if (result.isPresent() && !spool.hasSocket(entry.key(), entry.attempt())) {
          run.adopt(result.get());
          found.add(new FoundStep.Ended(entry.key(), result.get().toResult(entry.attempt())));
        } else {
          found.add(new FoundStep.Alive(entry.key(), entry.attempt()));
        }
        if (run.ended()) {
          runs.merge(entry.key(), run, (a, b) -> a.attempt > b.attempt ? a : b);
        } else {
          runs.put(entry.key(), run);
          loop.execute(() -> resolve(run, 0));
        }
      }
    } catch (IOException e) {
      LOG.error("can't read the spool directory {}", settings.spoolDir(), e);
    }
    return found;
  }

  @Override
  public void forget(StepKey key, int attempt) {
    StepRun run = runs.get(key);
    if (run != null && run.attempt == attempt) {
      if (!run.ended()) {
        LOG.warn("{} attempt {} has not ended and is not forgotten", key, attempt);
        return;
      }
      runs.remove(key, run);
    }
    loop.execute(
        () -> {
          try {
            if (spool.result(key, attempt).isPresent()) {
              spool.remove(key, attempt);
            }
          } catch (IOException e) {
            LOG.warn("can't remove {} attempt {} from the spool", key, attempt, e);
          }
        });
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    loop.execute(spawner::close);
    loop.close();
    try {
      spool.close();
    } catch (IOException e) {
      LOG.warn("closing the spool {} failed", settings.spoolDir(), e);
    }
  }
}
