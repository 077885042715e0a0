package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.definition.ReservationDefinition;

/**
 * Which reservations jobs may run in, and which limits of partitions their quality of service
 * lifts, as rows of a queue need it. A job that may run in one of several, because it names them or
 * because some take jobs unasked, is in the queue once for each that is active; its class says
 * which.
 *
 * <p>The class of a job has the names with commas between them; the empty name stands for no
 * reservation. Safe for any thread.
 */
final class Openings {
  static final Openings NONE = new Openings(List.of(), List.of(), Map.of());

  /** As many classes more than jobs, for which there may be several, are forgotten. */
  private static final int MOST_KEPT = 100_000;

  private static final int ROWS_OF_A_JOB = 4;

  private final List<String> all;
  private final List<String> active;
  private final Map<String, Set<PartitionLimit>> exempt;
  private final Map<Key, JobClass> classes = new ConcurrentHashMap<>();
  private final AtomicInteger nextId = new AtomicInteger();

  /** A class in one of its reservations, with the limits that don't hold for it. */
  private record Key(JobClass of, String reservation, Set<PartitionLimit> exempt) {}

  private Openings(List<String> all, List<String> active, Map<String, Set<PartitionLimit>> exempt) {
    this.all = all;
    this.active = active;
    this.exempt = exempt;
  }

  /**
   * Those of that moment; this object if they are the same, and unless it has met many more classes
   * than there are jobs.
   */
  Openings at(
      List<ReservationDefinition> reservations,
      Collection<QualityOfService> qualities,
      long time,
      long jobs) {
    List<String> names = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (ReservationDefinition one : reservations) {
      names.add(one.name());
      if (one.active(time) || one.has(ReservationDefinition.Flag.FLEX)) {
        open.add(one.name());
      }
    }
    Map<String, Set<PartitionLimit>> lifted = new HashMap<>();
    for (QualityOfService one : qualities) {
      if (!one.exempt().isEmpty()) {
        lifted.put(one.name(), one.exempt());
      }
    }
    boolean same = names.equals(all) && open.equals(active) && lifted.equals(exempt);
    boolean full = classes.size() > MOST_KEPT + ROWS_OF_A_JOB * jobs;
    return same && !full ? this : new Openings(names, open, lifted);
  }

  /** Limits of partitions that don't hold for jobs of a quality of service. */
  Set<PartitionLimit> exempt(String qos) {
    return exempt.getOrDefault(qos, Set.of());
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
  List<JobClass> classes(JobClass jobClass, String qos) {
    List<String> names = names(jobClass.reservation());
    List<JobClass> open = new ArrayList<>();
    for (String name : names) {
      if (name.isEmpty() || active.contains(name)) {
        open.add(in(jobClass, name, exempt(qos)));
      }
    }
    return open.isEmpty() ? List.of(in(jobClass, names.get(names.size() - 1), exempt(qos))) : open;
  }

  /** Where a reservation of a class is among all, the empty name before them. */
  int place(String reservation) {
    return all.indexOf(reservation);
  }

  /** A class of one reservation, by an id beside those of classes in several. */
  JobClass only(JobClass jobClass, String qos) {
    return plain() ? jobClass : in(jobClass, jobClass.reservation(), exempt(qos));
  }

  /** True where a class can only stand for itself. */
  private boolean plain() {
    return all.isEmpty() && exempt.isEmpty();
  }

  /** Ids are given as classes are first met: plugins use them as indexes. */
  private JobClass in(JobClass jobClass, String name, Set<PartitionLimit> lifted) {
    return classes.computeIfAbsent(
        new Key(jobClass, name, lifted),
        key ->
            new JobClass(
                plain() ? jobClass.id() : nextId.getAndIncrement(),
                jobClass.request(),
                jobClass.timeLimit(),
                jobClass.timeMin(),
                name,
                lifted));
  }
}
