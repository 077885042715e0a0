package org.headrace.commands.internal.explain;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.ParsedOptions;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Says why jobs wait. */
@Component(service = UserCommand.class)
public final class SwhyCommand implements UserCommand {
  private static final CommandOptions TABLE =
      new CommandOptions(
          "swhy",
          "job ...",
          """
          json||?||parser|show as JSON
          yaml||?||parser|show as YAML
          """);

  private final Control control;
  private final Clock clock;

  @Activate
  public SwhyCommand(@Reference Control control) {
    this(control, Clock.systemUTC());
  }

  /** For a given clock. */
  public SwhyCommand(Control control, Clock clock) {
    this.control = control;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "swhy";
  }

  @Override
  public String summary() {
    return "Says why a job waits, when it may start and what would make it start sooner";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> work(invocation));
  }

  private int work(Invocation invocation) throws Exception {
    ParsedOptions options = TABLE.parse(invocation.arguments(), invocation.environment());
    if (TABLE.answered(options, invocation)) {
      return 0;
    }
    if (options.operands().isEmpty()) {
      throw Refusal.error("swhy", 1, "name a job, such as: swhy 1234");
    }
    Snapshot snapshot = control.snapshot();
    TimeTexts times = TimeTexts.of(invocation.environment(), clock.millis());
    Visibility visibility = new Visibility(snapshot, invocation.caller(), true);
    List<Explanation> explanations = new ArrayList<>();
    for (String word : options.operands()) {
      Job job = Explanation.find(word, snapshot);
      if (job == null || !visibility.job(job)) {
        throw Refusal.error("swhy", 1, "Invalid job id specified: " + word);
      }
      explanations.add(new Explanation(job, snapshot, control, visibility, times));
    }
    if (Answer.wanted(options)) {
      Answer.write(
          invocation,
          options,
          snapshot.definition().name(),
          data -> Explanation.write(explanations, data));
    } else {
      explanations.forEach(one -> one.text().forEach(invocation.out()::println));
    }
    return 0;
  }
}
