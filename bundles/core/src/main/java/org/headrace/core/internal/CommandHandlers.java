package org.headrace.core.internal;

import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** Passes each kind of command to the handler of its area. */
public final class CommandHandlers {
  private final Machine machine;
  private final ClusterState state;
  private final SubmitHandler submit;
  private final UpdateHandler update;
  private final HoldHandler hold;
  private final SignalHandler signal;
  private final StepHandler step;
  private final NodeHandler node;
  private final NodeReportHandler nodeReport;
  private final ConfigureHandler configure;
  private final PartitionHandler partition;
  private final PlanHandler plan;
  private final TimerHandler timer;
  private final Runaways runaways;

  public CommandHandlers(Machine machine) {
    this.machine = machine;
    state = machine.state;
    SpecRules rules = new SpecRules(machine);
    submit = new SubmitHandler(machine, rules);
    update = new UpdateHandler(machine, rules);
    hold = new HoldHandler(machine);
    signal = new SignalHandler(machine);
    step = new StepHandler(machine);
    node = new NodeHandler(machine);
    nodeReport = new NodeReportHandler(machine);
    configure = new ConfigureHandler(machine);
    partition = new PartitionHandler(machine);
    plan = new PlanHandler(machine);
    timer = new TimerHandler(machine, step, nodeReport);
    runaways = new Runaways(machine);
  }

  /** Carries out a command. Time never goes back, whatever the clocks of successive leaders say. */
  public Outcome apply(Command command, Actor actor, long time) {
    state.time = Math.max(state.time, time);
    state.events.at(state.time);
    state.outbox.at(state.time);
    state.version++;
    state.tally.command(command.getClass().getSimpleName());
    boolean always =
        command instanceof Command.Configure || command instanceof Command.AccountingSafe;
    if (state.configuration.definition() == null && !always) {
      return Refusals.refuse(
          ErrorCode.CONFIGURATION_INVALID, "the controller has no configuration yet; try again");
    }
    Outcome outcome =
        command instanceof Command.SubmitJob c ? submit.submit(c, actor) : job(command, actor);
    machine.preempting.goOn();
    machine.accruals.deal();
    return outcome;
  }

  private Outcome job(Command command, Actor actor) {
    if (command instanceof Command.SubmitComponents c) {
      return submit.submit(c, actor);
    } else if (command instanceof Command.SignalJob c) {
      return signal.signal(c, actor);
    } else if (command instanceof Command.UpdateJob c) {
      return update.update(c, actor);
    } else if (command instanceof Command.HoldJob c) {
      return hold.hold(c, actor);
    } else if (command instanceof Command.ReleaseJob c) {
      return hold.release(c, actor);
    } else if (command instanceof Command.RequeueJob c) {
      return signal.requeue(c, actor);
    } else if (command instanceof Command.SuspendJob c) {
      return signal.suspend(c, actor);
    } else if (command instanceof Command.CreateStep c) {
      return step.create(c, actor);
    } else if (command instanceof Command.CreateSteps c) {
      return step.create(c, actor);
    } else if (command instanceof Command.SignalStep c) {
      return step.signal(c, actor);
    } else if (command instanceof Command.NotifyJob c) {
      return signal.notify(c, actor);
    } else if (command instanceof Command.CheckJob c) {
      return submit.check(c, actor);
    }
    return administration(command, actor);
  }

  private Outcome administration(Command command, Actor actor) {
    if (command instanceof Command.UpdateNodes c) {
      return node.update(c, actor);
    } else if (command instanceof Command.AdjustNodes c) {
      return node.adjust(c, actor);
    } else if (command instanceof Command.UpdatePartition c) {
      return partition.update(c, actor);
    } else if (command instanceof Command.Configure c) {
      return configure.configure(c, actor);
    } else if (command instanceof Command.PutReservation c) {
      return machine.reservations.put(c, actor);
    } else if (command instanceof Command.DeleteReservation c) {
      return machine.reservations.delete(c, actor);
    } else if (command instanceof Command.EndRunaways c) {
      return runaways.end(c, actor);
    } else if (command instanceof Command.SkipReservation c) {
      return machine.reservations.skip(c, actor);
    } else if (command instanceof Command.ChangeAccounts c) {
      return machine.accounts.change(c, actor);
    } else if (command instanceof Command.DefineQos c) {
      return machine.accounts.define(c, actor);
    }
    if (!actor.system()) {
      return Refusals.refuse(
          ErrorCode.ACCESS_DENIED,
          command.getClass().getSimpleName() + " is the controller's own command");
    }
    return system(command);
  }

  private Outcome system(Command command) {
    if (command instanceof Command.ApplyPlan c) {
      return plan.apply(c);
    } else if (command instanceof Command.RegisterNode c) {
      return nodeReport.register(c);
    } else if (command instanceof Command.NodeResponds c) {
      return nodeReport.responds(c);
    } else if (command instanceof Command.LaunchFailed c) {
      return nodeReport.launchFailed(c);
    } else if (command instanceof Command.NodeReady c) {
      return nodeReport.ready(c);
    } else if (command instanceof Command.StepEnded c) {
      return step.ended(c);
    } else if (command instanceof Command.NodeReleased c) {
      return nodeReport.released(c);
    } else if (command instanceof Command.Tick) {
      return timer.tick();
    } else if (command instanceof Command.AccountingSafe c) {
      state.outbox.safe(c.number());
      return Outcome.DONE;
    }
    return Refusals.refuse(ErrorCode.INTERNAL, "no handler for " + command.getClass());
  }
}
