package org.headrace.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.EventListener;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.PlanningFigures;
import org.headrace.control.query.Snapshot;

/** A controller and its plugin registry, as far as the commands see them. */
final class FakeController implements Control, Plugins, ControllerServices {
  final List<String> calls = new ArrayList<>();
  Snapshot state;
  Outcome answer = Outcome.DONE;
  boolean up = true;

  /** Runs a command and gives what it printed. */
  String run(ControllerAction action) throws CommandFailed {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    action.run(this, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public <T> T find(Class<T> type) {
    return up ? type.cast(this) : null;
  }

  @Override
  public List<PluginStatus> list() {
    return List.of(
        plugin("sched", "backfill", PluginStatus.State.ACTIVE, 3, ""),
        plugin("sched", "builtin", PluginStatus.State.QUARANTINED, 9, "NullPointerException"),
        plugin("select", "cons_tres", PluginStatus.State.ACTIVE, 0, ""),
        new PluginStatus("select", "ghost", "", PluginStatus.State.MISSING, 0, 0, 0, 0, ""));
  }

  private static PluginStatus plugin(
      String kind, String name, PluginStatus.State state, long calls, String fault) {
    return new PluginStatus(
        kind, name, "0.1.0", state, calls, 250, 1_500, fault.isEmpty() ? 0 : 3, fault);
  }

  @Override
  public void choose(String kind, String name) {
    if (list().stream().noneMatch(it -> it.kind().equals(kind) && it.name().equals(name))) {
      throw new IllegalArgumentException("no plugin " + kind + "/" + name + "; there are …");
    }
    calls.add("choose " + kind + "/" + name);
  }

  @Override
  public void shadow(String kind, String name) {
    calls.add("shadow " + kind + "/" + name);
  }

  @Override
  public List<String> shadowReport(String kind) {
    return kind.equals("sched") ? List.of("plans compared: 4") : List.of();
  }

  @Override
  public CompletionStage<Outcome> execute(Command command, Actor actor) {
    throw new UnsupportedOperationException("no command gives one");
  }

  @Override
  public Snapshot snapshot() {
    return state;
  }

  @Override
  public JobFiles files(long jobId) {
    return null;
  }

  @Override
  public Registration listen(EventListener listener) {
    throw new UnsupportedOperationException("no command listens");
  }

  @Override
  public Diagnostics diagnostics() {
    return new Diagnostics(
        1,
        5,
        4,
        3,
        0,
        1,
        2,
        1,
        10,
        400,
        2_500,
        5_000,
        3,
        30,
        7,
        1,
        0,
        2,
        0,
        Map.of("Submit", 5L),
        Map.of("squeue", 4L),
        Map.of("squeue", 1_200L),
        new PlanningFigures(
            List.of(
                new PlanningFigures.Phase("plan", 90, 4_000),
                new PlanningFigures.Phase("forecast", 20, 1_000)),
            5,
            150,
            12,
            192_000,
            3_600_000));
  }

  @Override
  public void resetDiagnostics() {
    calls.add("reset");
  }

  @Override
  public CompletionStage<Outcome> reconfigure(Actor actor) {
    calls.add("reconfigure by " + actor.uid());
    return CompletableFuture.completedFuture(answer);
  }

  @Override
  public void served(String command, String user, long micros) {
    throw new UnsupportedOperationException("no command of users");
  }
}
