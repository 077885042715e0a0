package org.headrace.core;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.headrace.api.job.JobSpec;
import org.headrace.control.command.Command;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Clock;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.definition.ReservationDefinition.Share;

/** Reservations of all kinds, made up from a random source, and jobs that ask for them. */
final class ReservationStorm {
  private static final List<String> NAMES = List.of("ra", "rb", "rc");
  private static final Flag[] FLAGS = {
    Flag.MAINT,
    Flag.FLEX,
    Flag.OVERLAP,
    Flag.IGNORE_JOBS,
    Flag.NO_HOLD_JOBS_AFTER,
    Flag.STATIC_ALLOC,
    Flag.MAGNETIC,
    Flag.FIRST_CORES
  };

  private final Random random;
  private final TestCluster cluster;

  ReservationStorm(Random random, TestCluster cluster) {
    this.random = random;
    this.cluster = cluster;
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** The job, sometimes in a reservation, or in one of two. */
  JobSpec perhapsIn(JobSpec spec) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> spec.withReservation(name());
      case 2 -> spec.withReservation("ra,rb");
      default -> spec;
    };
  }

  /** A reservation is made, changed or deleted. */
  Command next() {
    String name = name();
    if (random.nextInt(4) == 0) {
      return new Command.DeleteReservation(name);
    }
    if (random.nextInt(6) == 0) {
      return new Command.SkipReservation(name);
    }
    long id = 0;
    for (ReservationDefinition one : cluster.machine.publish().reservationDefinitions()) {
      id = one.name().equals(name) ? one.id() : id;
    }
    return new Command.PutReservation(definition(id, name));
  }

  private ReservationDefinition definition(long id, String name) {
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    for (Flag flag : FLAGS) {
      if (random.nextInt(5) == 0) {
        flags.add(flag);
      }
    }
    long start = cluster.now + random.nextInt(300_000) - 60_000;
    long length = 60_000 + random.nextInt(900_000);
    List<String> nodes = new ArrayList<>();
    int count = 0;
    List<Integer> cores = new ArrayList<>();
    Map<String, Integer> licenses = Map.of();
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        nodes.add("n" + (1 + random.nextInt(4)));
        flags.add(Flag.SPEC_NODES);
      }
      case 2 -> {
        count = 1 + random.nextInt(2);
        if (random.nextInt(3) == 0) {
          flags.add(Flag.REPLACE);
        }
      }
      case 3 -> cores.add(1 + random.nextInt(9));
      case 4 -> {
        count = 2;
        cores.add(2 + random.nextInt(4));
      }
      default -> {
        flags.add(Flag.ANY_NODES);
        licenses = Map.of("matlab", 1);
      }
    }
    if (random.nextInt(6) == 0) {
      flags.add(Flag.TIME_FLOAT);
    } else if (random.nextInt(6) == 0) {
      flags.add(Flag.HOURLY);
    }
    long purge = random.nextInt(4) == 0 ? 20_000 : 0;
    Admission users = random.nextBoolean() ? new Admission(List.of("anna"), false) : Admission.ALL;
    return new ReservationDefinition(
        id,
        name,
        start,
        start + length,
        nodes,
        "debug",
        users,
        Admission.ALL,
        flags,
        count,
        "",
        "UTC",
        new Share(licenses, cores, Map.of()),
        new Clock(purge, 0, 0, false));
  }
}
