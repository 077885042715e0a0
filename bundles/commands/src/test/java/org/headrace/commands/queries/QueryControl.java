package org.headrace.commands.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.headrace.api.job.Job;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.EventListener;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.Snapshot;

/** A controller that shows one state and notes what it is told. */
final class QueryControl implements Control {
  QuerySnapshot snapshot;
  final List<Command> commands = new ArrayList<>();
  final List<Actor> actors = new ArrayList<>();
  Function<Command, Outcome> answers = command -> Outcome.DONE;
  Diagnostics diagnostics;
  JobFiles files;
  List<Remedy> remedies = List.of();
  PriorityBreakdown priorities =
      new PriorityBreakdown("multifactor", Map.of(PriorityFactor.AGE, 1000.0), List.of(), "");
  int resets;
  int reconfigurations;

  QueryControl(QuerySnapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public CompletionStage<Outcome> execute(Command command, Actor actor) {
    commands.add(command);
    actors.add(actor);
    return CompletableFuture.completedFuture(answers.apply(command));
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public List<Remedy> remedies(Job job) {
    return remedies;
  }

  @Override
  public CompletionStage<PriorityBreakdown> priorities(LongPredicate jobs) {
    return CompletableFuture.completedFuture(
        new PriorityBreakdown(
            priorities.plugin(),
            priorities.weights(),
            priorities.tresWeights(),
            priorities.jobs().stream().filter(row -> jobs.test(row.jobId())).toList(),
            priorities.problem()));
  }

  @Override
  public JobFiles files(long jobId) {
    return snapshot.jobs.containsKey(jobId) ? files : null;
  }

  @Override
  public Registration listen(EventListener listener) {
    return () -> {};
  }

  @Override
  public Diagnostics diagnostics() {
    return diagnostics;
  }

  @Override
  public void resetDiagnostics() {
    resets++;
  }

  @Override
  public CompletionStage<Outcome> reconfigure(Actor actor) {
    reconfigurations++;
    return CompletableFuture.completedFuture(answers.apply(null));
  }

  @Override
  public void served(String command, String user, long micros) {}

  static Map<String, Long> none() {
    return Map.of();
  }
}
