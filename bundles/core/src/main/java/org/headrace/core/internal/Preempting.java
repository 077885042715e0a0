package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;

/**
 * Has jobs make room for others, as a plan says, and lets those that were stopped go on.
 *
 * <p>A job that is to end or to go back to the queue is warned first if there is a grace time. One
 * that is stopped goes on as soon as nobody has its cores, whoever freed them: the job for which it
 * was stopped isn't remembered.
 */
final class Preempting {
  private static final int TSTP = 20;
  private static final long STOP_WAIT_MILLIS = 2_000;

  private final Machine machine;
  private final ClusterState state;
  private final TimeSlices slices;

  /** Jobs that were stopped and haven't gone on. Follows from the runs. */
  private final TreeSet<Long> stopped = new TreeSet<>();

  private long looked;

  Preempting(Machine machine) {
    this.machine = machine;
    state = machine.state;
    slices = new TimeSlices(machine);
  }

  /** Forgets what was derived; {@link #restore} works it out again. */
  void clear() {
    stopped.clear();
    looked = 0;
  }

  /** Takes in a run that was read. */
  void restore(Run run) {
    if (run.preempted() != PreemptMode.OFF) {
      state.timers.set(run.leaveAt(), Timers.Kind.PREEMPTION, run.job().id());
    }
    if (run.stopped()) {
      stopped.add(run.job().id());
    }
  }

  /** All runs were read. */
  void restored() {
    looked = state.planGeneration;
  }

  /** True where jobs of that one's partition or quality of service are never preempted. */
  private boolean exempt(Job job) {
    PreemptionSettings settings = PreemptionSettings.of(state.configuration);
    return settings.mode(state.configuration, job) == PreemptMode.OFF;
  }

  /**
   * Has jobs make room. Those that have gone already, or are about to, are passed over.
   *
   * @return what is wrong with one of them, in which case nothing has happened, or null
   */
  String preempt(List<Victim> victims) {
    Map<Run, PreemptMode> leaving = new LinkedHashMap<>();
    for (Victim victim : victims) {
      Run run = state.runs.get(victim.jobId());
      if (victim.mode() != PreemptMode.CANCEL && victim.mode() != PreemptMode.REQUEUE) {
        return "job " + victim.jobId() + " can't make room by " + victim.mode();
      }
      if (run == null || !run.alive() || run.leaving()) {
        continue;
      }
      if (exempt(run.job())) {
        return "job " + victim.jobId() + " may not be preempted";
      }
      leaving.put(run, victim.mode());
    }
    leaving.forEach(this::begin);
    return null;
  }

  private void begin(Run run, PreemptMode mode) {
    Run warned = run;
    Execution.Warning warning = run.job().spec().execution().warning();
    boolean own =
        PreemptionSettings.of(state.configuration).sendsUserSignal()
            && warning.signal() != 0
            && !run.warned();
    if (own) {
      warned = run.withWarned();
      state.events.signal(
          run.job(), -1, warning.signal(), warning.batchShellOnly(), !warning.batchShellOnly());
    }
    long grace = graceTime(run.job());
    if (grace <= 0) {
      state.runs.put(run.job().id(), warned);
      leave(warned, mode);
      return;
    }
    long at = Timers.after(state.time, grace);
    Job job = run.job().withStatus(new StatusEdit(run.job().status()).preempted(state.time).done());
    state.runs.put(job.id(), warned.withPreemption(mode, at));
    machine.jobs.put(job);
    state.timers.set(at, Timers.Kind.PREEMPTION, job.id());
    state.replan();
    state.events.job(job);
    state.events.signal(job, -1, JobLife.CONT, false, true);
    if (!own) {
      state.events.signal(job, -1, JobLife.TERM, false, true);
    }
  }

  private long graceTime(Job job) {
    if (PreemptionSettings.of(state.configuration).byQos()) {
      QualityOfService qos = state.configuration.qos(job);
      return qos == null ? 0 : qos.graceTime();
    }
    var partition = state.configuration.partition(job.status().partition());
    return partition == null ? 0 : partition.graceTime();
  }

  private void leave(Run run, PreemptMode mode) {
    if (mode == PreemptMode.REQUEUE && JobEnd.mayRequeue(run.job())) {
      machine.end.requeue(run, JobState.PREEMPTED, Reason.PREEMPTED, false);
    } else {
      machine.end.end(
          run, JobState.PREEMPTED, Reason.PREEMPTED, ExitStatus.SUCCESS, -1, JobEnd.Processes.ASK);
    }
  }

  /** A grace time may be over, or a job have had the time to stop by itself. */
  void due(Run run, long at) {
    if (!run.alive() || run.leaveAt() == 0 || run.leaveAt() > at) {
      return;
    }
    if (run.preempted() != PreemptMode.SUSPEND) {
      leave(run, run.preempted());
      return;
    }
    if (slices.concern(run) && takesTurn(run, at)) {
      return;
    }
    long next = slices.concern(run) ? run.leaveAt() + slices.length() : 0;
    state.runs.put(run.job().id(), run.withPreemption(PreemptMode.SUSPEND, next));
    state.timers.set(next, Timers.Kind.PREEMPTION, run.job().id());
    state.events.signal(run.job(), -1, JobLife.STOP, true, true);
  }

  /** Gives a stopped run the cores of those that have had their turn, if it is its own by now. */
  private boolean takesTurn(Run run, long at) {
    List<Run> before = slices.before(run, at);
    if (before == null || at < run.suspendedAt() + slices.length()) {
      return false;
    }
    free(before, true);
    boolean room = machine.life.inTheWay(run) == null;
    free(before, false);
    if (room) {
      before.forEach(this::stop);
      stopped.remove(run.job().id());
      machine.life.resume(run);
    }
    return room;
  }

  /** True for a run that others may be started in the place of once it is ready. */
  boolean mayStop(Run run) {
    return !exempt(run.job()) || slices.concern(run);
  }

  /**
   * The runs of jobs that are to be stopped.
   *
   * @return null if one of them can't be; one that ended or stands still already isn't needed
   */
  List<Run> stoppable(List<Long> ids) {
    List<Run> runs = new ArrayList<>();
    for (long id : new TreeSet<>(ids)) {
      Run run = state.runs.get(id);
      if (run == null || !run.alive() || run.withoutCores()) {
        continue;
      }
      if (run.job().status().has(JobFlag.CONFIGURING) || run.leaving() || !mayStop(run)) {
        return null;
      }
      runs.add(run);
    }
    return runs;
  }

  /** Frees in the ledger the cores of jobs that are to be stopped, or takes them again. */
  void free(List<Run> runs, boolean freed) {
    for (Run run : runs) {
      Run still = run.withLimit(run.endsBy(), state.time);
      state.ledger.release(Allocations.held(freed ? run : still));
      Allocations.allocate(state.ledger, freed ? still : run);
    }
  }

  /** Stops a job: it is asked to, and made to a little later. Its cores are free at once. */
  void stop(Run run) {
    long id = run.job().id();
    long wait = PreemptionSettings.of(state.configuration).suspendGraceMillis(STOP_WAIT_MILLIS);
    machine.life.standStill(run);
    Run still = state.runs.get(id);
    boolean waits = wait > 0 || slices.concern(still);
    long at = waits ? state.time + (wait > 0 ? wait : slices.length()) : 0;
    state.runs.put(id, still.withPreemption(PreemptMode.SUSPEND, at));
    stopped.add(id);
    if (wait == 0) {
      state.events.signal(still.job(), -1, JobLife.STOP, true, true);
    } else {
      state.events.signal(still.job(), -1, TSTP, true, true);
    }
    state.timers.set(at, Timers.Kind.PREEMPTION, id);
  }

  /** Lets stopped jobs go on whose cores are free, after whatever happened. */
  void goOn() {
    if (looked == state.planGeneration) {
      return;
    }
    looked = state.planGeneration;
    if (stopped.isEmpty()) {
      return;
    }
    List<Run> runs = new ArrayList<>();
    for (long id : List.copyOf(stopped)) {
      Run run = state.runs.get(id);
      if (run != null && run.stopped()) {
        runs.add(run);
      } else {
        stopped.remove(id);
      }
    }
    runs.sort(
        Comparator.comparingLong((Run run) -> -run.job().status().priority())
            .thenComparingLong(run -> run.job().id()));
    for (Run run : runs) {
      if (machine.life.inTheWay(run) == null) {
        stopped.remove(run.job().id());
        machine.life.resume(run);
      }
    }
  }
}
