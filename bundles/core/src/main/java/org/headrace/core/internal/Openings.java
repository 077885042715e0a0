package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.api.model.JobClass;
import org.headrace.control.definition.ReservationDefinition;

/**
 * Which reservations jobs may run in, as rows of a queue need it. A job that may run in one of
 * several, because it names them or because some take jobs unasked, is in the queue once for each
 * that is active; its class says which.
 *
 * <p>The class of a job has the names with commas between them; the empty name stands for no
 * reservation. Safe for any thread.
 */
final class Openings {
  static final Openings NONE = new Openings(List.of(), List.of());

  private static final int MOST_KEPT = 100_000;

  private final List<String> all;
  private final List<String> active;
  private final Map<Key, JobClass> classes = new ConcurrentHashMap<>();

  /** A class in one of its reservations. */
  private record Key(JobClass of, String reservation) {}

  private Openings(List<String> all, List<String> active) {
    this.all = all;
    this.active = active;
  }

  /** Those of that moment; this object if they are the same. */
  Openings at(List<ReservationDefinition> reservations, long time) {
    List<String> names = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (ReservationDefinition one : reservations) {
      names.add(one.name());
      if (one.active(time) || one.has(ReservationDefinition.Flag.FLEX)) {
        open.add(one.name());
      }
    }
    return names.equals(all) && open.equals(active) ? this : new Openings(names, open);
  }

  /** True for a class of several reservations. */
  static boolean several(JobClass jobClass) {
    return jobClass.reservation().indexOf(',') >= 0;
  }

  /** The names in the reservation of a job or class. */
  static List<String> names(String reservations) {
    return List.of(reservations.split(",", -1));
  }

  /** The class for the row of each active reservation, the job's own row last; at least one. */
  List<JobClass> classes(JobClass jobClass) {
    List<String> names = names(jobClass.reservation());
    List<JobClass> open = new ArrayList<>();
    for (String name : names) {
      if (name.isEmpty() || active.contains(name)) {
        open.add(in(jobClass, name));
      }
    }
    return open.isEmpty() ? List.of(in(jobClass, names.get(names.size() - 1))) : open;
  }

  /** A class of one reservation, by an id beside those of classes in several. */
  JobClass only(JobClass jobClass) {
    return all.isEmpty() ? jobClass : in(jobClass, jobClass.reservation());
  }

  private JobClass in(JobClass jobClass, String name) {
    if (classes.size() > MOST_KEPT) {
      classes.clear();
    }
    return classes.computeIfAbsent(
        new Key(jobClass, name),
        key ->
            new JobClass(
                jobClass.id() * (all.size() + 1) + (several(jobClass) ? all.indexOf(name) + 1 : 0),
                jobClass.request(),
                jobClass.timeLimit(),
                jobClass.timeMin(),
                name));
  }
}
