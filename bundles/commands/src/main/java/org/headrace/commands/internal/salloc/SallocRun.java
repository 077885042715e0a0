package org.headrace.commands.internal.salloc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.alloc.AllocationEnvironment;
import org.headrace.commands.internal.alloc.Allocator;
import org.headrace.commands.internal.alloc.ComponentEnvironment;
import org.headrace.commands.internal.alloc.ResumeToken;
import org.headrace.commands.internal.alloc.X11Forwarding;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.DefinedOptions;
import org.headrace.commands.internal.submit.GeneralOptions;
import org.headrace.commands.internal.submit.JobEnvironment;
import org.headrace.commands.internal.submit.OptionCatalog;
import org.headrace.commands.internal.submit.Program;
import org.headrace.commands.internal.submit.SpecBuilder;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.Control;
import org.headrace.control.command.JobFiles;
import org.headrace.control.event.Event;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SignalNames;

/** One call of salloc. */
final class SallocRun {
  private static final byte[] NO_SCRIPT = new byte[0];

  /** Stands for a step in the token of a call whose display is there, and whose program runs. */
  private static final int PROGRAM = 0;

  private static final int HANGUP = 1;
  private static final int TERMINATE = 15;
  private static final int CANNOT_RUN = 126;
  private static final int NOT_FOUND = 127;

  private final Control control;
  private final Invocation invocation;

  SallocRun(Control control, Invocation invocation) {
    this.control = control;
    this.invocation = invocation;
  }

  int run() throws Exception {
    List<ParsedOptions> lines =
        OptionCatalog.get().components(Program.SALLOC, invocation.arguments());
    if (GeneralOptions.served(Program.SALLOC, lines.get(0), invocation)) {
      return 0;
    }
    List<Choices> components = new ArrayList<>();
    for (ParsedOptions line : lines) {
      components.add(
          Choices.merge(
              Program.SALLOC,
              List.of(),
              invocation.environment(),
              line.options(),
              System.currentTimeMillis()));
    }
    Choices choices = components.get(0);
    boolean shell = !choices.has("no-shell");
    List<String> command = command(lines.get(lines.size() - 1).operands());
    ResumeToken token = ResumeToken.of(invocation, control);
    if (token != null) {
      return resume(choices, command, token);
    }
    DefinedOptions.announce(choices, invocation, control.snapshot());
    String name = shell ? "interactive" : "no-shell";
    List<JobSpec> specs = new ArrayList<>();
    for (Choices one : components) {
      SpecBuilder builder = new SpecBuilder(one, invocation, control.snapshot());
      specs.add(builder.build(name, false, List.of(), shell ? command.get(0) : "(null)"));
      one.warnings().forEach(invocation.err()::println);
      builder.warnings().forEach(invocation.err()::println);
    }
    X11Forwarding forwarding = X11Forwarding.of(choices, invocation, control.snapshot(), 0);
    Map<String, String> variables =
        new JobEnvironment(choices, invocation).build(specs.get(0).name());
    JobFiles files = new JobFiles(NO_SCRIPT, JobEnvironment.encode(variables));
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      Job job = allocator.allocate(specs, files);
      allocator.say("Granted job allocation " + job.id());
      ring(choices);
      if (shell && forwarding != null) {
        open(() -> forwarding, allocator, job, variables);
      }
      return shell ? attend(allocator, choices, job, command, variables) : 0;
    }
  }

  /** Without its display the user's program isn't run, and the allocation given back. */
  private void open(
      Supplier<X11Forwarding> wanted, Allocator allocator, Job job, Map<String, String> variables)
      throws Exception {
    try {
      X11Forwarding forwarding = wanted.get();
      if (forwarding != null) {
        forwarding.open(job, control.snapshot());
        forwarding.addTo(variables);
        invocation.resumable(new ResumeToken(job.id(), PROGRAM, true).toString());
      }
    } catch (Refusal e) {
      allocator.complete(job.id(), new ExitStatus(1, 0));
      throw e;
    }
  }

  /** Goes on with the allocation of a call that the last controller did not live to finish. */
  private int resume(Choices choices, List<String> command, ResumeToken token) throws Exception {
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      Job job = control.snapshot().job(token.job());
      boolean pending = job.status().state() == JobState.PENDING;
      job = pending ? allocator.rejoin(token.job()) : job;
      allocator.watch().only(token.job());
      invocation.resumable(token.toString());
      if (pending) {
        allocator.say("Granted job allocation " + token.job());
      }
      // The client takes up the program that it runs already.
      Map<String, String> variables =
          new JobEnvironment(choices, invocation).build(job.spec().name());
      if (choices.has("no-shell")) {
        return 0;
      }
      if (token.step() == ResumeToken.NO_STEP) {
        Snapshot now = control.snapshot();
        open(() -> X11Forwarding.of(choices, invocation, now, 0), allocator, job, variables);
      }
      return attend(allocator, choices, job, command, variables);
    }
  }

  private List<String> command(List<String> operands) {
    if (!operands.isEmpty()) {
      return operands;
    }
    String shell = invocation.environment().getOrDefault("SHELL", "");
    return List.of(shell.isEmpty() ? "/bin/sh" : shell);
  }

  private void ring(Choices choices) {
    if (choices.has("bell")) {
      invocation.err().print('\u0007');
      invocation.err().flush();
    }
  }

  /** Runs the user's program, and takes care that it and the allocation end together. */
  private int attend(
      Allocator allocator,
      Choices choices,
      Job job,
      List<String> command,
      Map<String, String> variables)
      throws Exception {
    Map<String, String> environment = new LinkedHashMap<>(invocation.environment());
    variables.forEach(
        (name, value) -> {
          if (name.startsWith("SLURM_")
              || name.startsWith("SRUN_")
              || name.startsWith("HEADRACE_")) {
            environment.put(name, value);
          }
        });
    environment.putAll(AllocationEnvironment.of(job, control.snapshot()));
    List<Job> components = ComponentRefs.all(job, control.snapshot());
    environment.putAll(ComponentEnvironment.of(components, control.snapshot()));
    invocation.onSignal(this::forward);
    CompletableFuture<Integer> child =
        invocation.runChild(command, environment).toCompletableFuture();
    if (allocator.signal() != 0) {
      invocation.killChild(allocator.signal());
    }
    child.whenComplete((status, problem) -> allocator.watch().wake());
    boolean revoked;
    Queue<String> notices = new ConcurrentLinkedQueue<>();
    try (Control.Registration heard =
        control.listen(event -> note(event, job, notices, allocator))) {
      revoked =
          allocator
              .watch()
              .await(
                  () -> {
                    tell(notices, allocator);
                    return over(child, job);
                  },
                  JobWatch.FOREVER);
    }
    if (revoked) {
      revoke(allocator, choices, job, child);
    }
    return end(allocator, job, child, revoked);
  }

  private void note(Event event, Job job, Queue<String> notices, Allocator allocator) {
    if (event instanceof Event.JobNotified notified && notified.job().id() == job.id()) {
      notices.add(notified.text());
      allocator.watch().wake();
    } else if (event instanceof Event.NodeLeft left && left.job().id() == job.id()) {
      notices.add(
          "error: Node failure on "
              + Hostlist.compress(
                  NodeNames.of(left.job().status().allocation(), control.snapshot())));
      allocator.watch().wake();
    }
  }

  private static void tell(Queue<String> notices, Allocator allocator) {
    for (String text = notices.poll(); text != null; text = notices.poll()) {
      allocator.say(Printable.of(text));
    }
  }

  /** Answers true when the allocation is gone, false when the program has ended first. */
  private Boolean over(CompletableFuture<Integer> child, Job job) {
    if (child.isDone()) {
      return false;
    }
    return gone(job) ? true : null;
  }

  private boolean gone(Job job) {
    Job now = control.snapshot().job(job.id());
    return now == null || now.status().state() != JobState.RUNNING && !suspended(now);
  }

  private static boolean suspended(Job job) {
    return job.status().state() == JobState.SUSPENDED;
  }

  private void revoke(
      Allocator allocator, Choices choices, Job job, CompletableFuture<Integer> child) {
    Job now = control.snapshot().job(job.id());
    if (now != null && now.status().state() == JobState.TIMEOUT) {
      allocator.say(
          "Job "
              + job.id()
              + " has exceeded its time limit and its allocation has been"
              + " revoked.");
    } else {
      allocator.say("Job allocation " + job.id() + " has been revoked.");
    }
    boolean interactive = invocation.inputIsTerminal();
    int usual = interactive ? HANGUP : TERMINATE;
    if (choices.has("kill-command")) {
      String wanted = choices.text("kill-command", "", "");
      invocation.killChild(wanted.isEmpty() ? usual : SignalNames.parse(wanted));
    } else if (interactive) {
      invocation.killChild(HANGUP);
    }
    child.exceptionally(problem -> 1).join();
  }

  private int end(Allocator allocator, Job job, CompletableFuture<Integer> child, boolean revoked)
      throws Exception {
    int status;
    try {
      status = child.get();
    } catch (ExecutionException e) {
      // The client is gone, and the program with it.
      status = 1;
    }
    Snapshot snapshot = control.snapshot();
    Job now = snapshot.job(job.id());
    if (!revoked && now != null && !now.status().state().ended()) {
      allocator.say("Relinquishing job allocation " + job.id());
    }
    if (now != null && !now.status().state().ended()) {
      allocator.complete(job.id(), exit(status));
    }
    return status == CANNOT_RUN || status == NOT_FOUND ? 1 : status;
  }

  private void forward(int signal) {
    // A terminal has given INT, QUIT and TSTP to the program already.
    if (signal == TERMINATE || signal == HANGUP) {
      invocation.killChild(signal);
    }
  }

  private static ExitStatus exit(int status) {
    return status > 128 && status < 128 + SignalNames.MAX_SIGNAL
        ? new ExitStatus(0, status - 128)
        : new ExitStatus(status, 0);
  }
}
