package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.control.event.Event;

/** Numbers what happens, and keeps it until it is fetched. */
final class EventLog {
  private List<Event> pending = new ArrayList<>();
  private long next = 1;
  private long time;

  void at(long now) {
    time = now;
  }

  long nextNumber() {
    return next;
  }

  void restart(long nextNumber) {
    next = nextNumber;
    pending = new ArrayList<>();
  }

  List<Event> drain() {
    List<Event> drained = pending;
    pending = new ArrayList<>();
    return drained;
  }

  void job(Job job) {
    pending.add(new Event.JobChanged(next++, time, job));
  }

  void forgotten(long jobId) {
    pending.add(new Event.JobForgotten(next++, time, jobId));
  }

  void step(Step step, int restarts) {
    pending.add(new Event.StepChanged(next++, time, step, restarts));
  }

  void signal(Job job, int stepId, int signal, boolean batchShell, boolean steps) {
    pending.add(new Event.SignalRequested(next++, time, job, stepId, signal, batchShell, steps));
  }

  void left(Job asSeen) {
    pending.add(new Event.NodeLeft(next++, time, asSeen));
  }

  void notified(Job job, String text) {
    pending.add(new Event.JobNotified(next++, time, job, text));
  }

  void node(String name) {
    pending.add(new Event.NodeChanged(next++, time, name));
  }

  void configured() {
    pending.add(new Event.Configured(next++, time));
  }
}
