package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private static final int MOST_KEPT = 100_000;

  private final List<String> all;
  private final List<String> active;
  private final Map<String, Set<PartitionLimit>> exempt;
  private final Map<Key, JobClass> classes = new ConcurrentHashMap<>();

  /** A class in one of its reservations, with the limits that don't hold for it. */
  private record Key(JobClass of, String reservation, Set<PartitionLimit> exempt) {}

  private Openings(List<String> all, List<String> active, Map<String, Set<PartitionLimit>> exempt) {
    this.all = all;
    this.active = active;
    this.exempt = exempt;
  }

  /** Those of that moment; this object if they are the same. */
  Openings at(
      List<ReservationDefinition> reservations, Collection<QualityOfService> qualities, long time) {
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
    return same ? this : new Openings(names, open, lifted);
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

  /** A class of one reservation, by an id beside those of classes in several. */
  JobClass only(JobClass jobClass, String qos) {
    return all.isEmpty() && exempt.isEmpty()
        ? jobClass
        : in(jobClass, jobClass.reservation(), exempt(qos));
  }

  private JobClass in(JobClass jobClass, String name, Set<PartitionLimit> lifted) {
    if (classes.size() > MOST_KEPT) {
      classes.clear();
    }
    return classes.computeIfAbsent(
        new Key(jobClass, name, lifted),
        key ->
            new JobClass(
                id(jobClass, several(jobClass) ? all.indexOf(name) + 1 : 0, lifted),
                jobClass.request(),
                jobClass.timeLimit(),
                jobClass.timeMin(),
                name,
                lifted));
  }

  /** Ids of different classes differ, and stay small. */
  private int id(JobClass jobClass, int reservation, Set<PartitionLimit> lifted) {
    int id = jobClass.id() * (all.size() + 1) + reservation;
    if (exempt.isEmpty()) {
      return id;
    }
    int bits = lifted.stream().mapToInt(limit -> 1 << limit.ordinal()).sum();
    return (id << PartitionLimit.values().length) + bits;
  }
}
