package org.headrace.bench.internal.workloads;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Jobs, and what happens to them, by a seed alone. Which of several nodes a job gets isn't defined,
 * and what starts later hangs on it; so of three seeds, two say by features which nodes they want,
 * and jobs of one of these have their nodes for themselves: what is set aside for others is then
 * the same on both sides, which is whole nodes in Slurm.
 *
 * @param seed which one it is
 * @param reserved whether node n4 is set aside by a reservation
 * @param jobs in the order of their submission
 */
record Workload(long seed, boolean reserved, List<JobSpec> jobs) {
  static final String RESERVATION = "aside";
  private static final int MOST_TASKS = 4;

  Workload {
    jobs = List.copyOf(jobs);
  }

  /**
   * The workload of a seed.
   *
   * @param least the fewest jobs
   * @param most the most jobs
   */
  static Workload of(long seed, int least, int most) {
    return new Draw(seed).workload(least, most);
  }

  /** True where jobs say which nodes they want, so that it is defined which may start. */
  boolean placed() {
    return seed % 3 != 0;
  }

  /** True where jobs have their nodes for themselves. */
  boolean whole() {
    return seed % 3 == 1;
  }

  /** Chance for what happens while it runs, for instance which jobs end after a wave. */
  Random random(int wave) {
    return new Random(seed * 1_000_003 + wave);
  }

  /** Draws jobs. Time limits are all different, so that nothing hangs on seconds. */
  private static final class Draw {
    private final long seed;
    private final Random random;
    private List<Integer> minutes;
    private final boolean placed;
    private final boolean whole;
    private boolean reserved;

    Draw(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.placed = seed % 3 != 0;
      this.whole = seed % 3 == 1;
    }

    Workload workload(int least, int most) {
      int count = least + random.nextInt(most - least + 1);
      reserved = chance(25);
      minutes = new ArrayList<>(IntStream.range(0, count).map(i -> 20 + 6 * i).boxed().toList());
      Collections.shuffle(minutes, random);
      List<JobSpec> jobs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        jobs.add(job(i));
      }
      return new Workload(seed, reserved, jobs);
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    private int from(int least, int most) {
      return least + random.nextInt(most - least + 1);
    }

    private String one(String... words) {
      return words[random.nextInt(words.length)];
    }

    private JobSpec job(int index) {
      List<String> options = new ArrayList<>();
      String partition = partition();
      shape(options);
      devices(options);
      if (placed) {
        options.addAll(0, fixedPlace(options, partition));
      } else {
        place(options);
      }
      if (whole && !options.contains("--exclusive")) {
        options.add("--exclusive");
      }
      if (!partition.isEmpty()) {
        options.add("-p" + partition);
      }
      standing(options);
      options.add("-t" + minutes.get(index));
      int tasks = chance(8) ? from(2, MOST_TASKS) : 0;
      if (tasks > 0) {
        options.add("-a0-" + (tasks - 1) + (chance(30) ? "%1" : ""));
      }
      JobSpec.End end = new JobSpec.End(chance(12), chance(25) ? from(1, 9) : 0);
      return new JobSpec("w%dj%02d".formatted(seed, index), options, dependency(index), tasks, end);
    }

    private void shape(List<String> options) {
      // The number of nodes is always said: how many a job gets without isn't defined.
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> options.addAll(List.of("-N1", "-n" + from(1, 8)));
        case 3 -> options.addAll(List.of("-N3", "-n" + from(3, 24)));
        case 4 -> options.addAll(List.of("-N" + from(1, 3), "--ntasks-per-node=" + from(1, 4)));
        case 5 -> options.addAll(List.of("-N1", "-n" + from(1, 4), "-c" + from(1, 4)));
        case 6 -> options.addAll(List.of("-N" + from(1, 4), "-c" + from(1, 8)));
        case 7 -> options.addAll(List.of("-N1-" + from(2, 3), "-n" + from(2, 10)));
        case 8 -> options.addAll(List.of("-N" + from(1, 3), "--exclusive"));
        case 9 -> options.addAll(List.of("-N2", "-n" + from(2, 6), "--mincpus=" + from(1, 6)));
        case 10 -> options.addAll(List.of("-N2", "-n" + from(2, 8)));
        default -> options.add("-N" + from(1, 4));
      }
    }

    private void devices(List<String> options) {
      int kind = random.nextInt(20);
      if (kind < 4) {
        options.add("--mem=" + from(1, 12) + "000");
      } else if (kind < 6) {
        options.add("--mem-per-cpu=" + from(1, 20) + "00");
      } else if (kind == 6) {
        options.add("--mem=0");
      }
      int gpu = random.nextInt(20);
      if (gpu < 4) {
        options.add("--gres=gpu:" + from(1, 2));
      } else if (gpu == 4) {
        options.add("--gpus-per-node=" + from(1, 2));
      } else if (gpu == 5) {
        options.add("--gpus=" + from(2, 4));
      }
    }

    private void place(List<String> options) {
      int kind = random.nextInt(40);
      switch (kind) {
        case 0, 1 -> options.add("-C" + one("fast", "big", "fast&big", "fast|big"));
        case 2 -> options.add("-wn" + from(1, Site.NODES));
        case 3 -> options.add("-xn" + from(1, Site.NODES));
        case 4 -> options.add("--contiguous");
        case 5, 6, 7 -> {
          if (reserved) {
            options.add("--reservation=" + RESERVATION);
          }
        }
        default -> {}
      }
    }

    /** Says how many nodes it wants, and which, of those that the partition has. */
    private List<String> fixedPlace(List<String> options, String partition) {
      int nodes = 1;
      for (String option : options) {
        if (option.matches("-N\\d.*")) {
          nodes = option.charAt(2) - '0';
        }
      }
      options.removeIf(option -> option.startsWith("-N"));
      if (reserved && partition.isEmpty() && chance(10)) {
        return List.of("-N1", "--reservation=" + RESERVATION);
      }
      List<String> places =
          Site.places(
              Math.min(nodes, partition.isEmpty() ? Site.NODES : Site.NODES - 1), partition);
      return places.isEmpty()
          ? List.of("-N" + Site.NODES)
          : List.of(
              "-N" + places.get(0).replaceAll("\\D", "").length(),
              "-C" + places.get(random.nextInt(places.size())));
    }

    private String partition() {
      if (!chance(35)) {
        return "";
      }
      return placed
          ? one("high", "tier", "few", "whole", "lean")
          : one("high", "tier", "few", "whole", "lean", "main,high");
    }

    private void standing(List<String> options) {
      if (chance(60)) {
        options.add("--nice=" + (random.nextInt(41) - 20) * 50);
      }
      if (chance(25)) {
        options.add("--qos=" + one("urgent", "one", "slim", "pool"));
      }
      if (chance(12)) {
        options.add("-Acap");
      }
      if (chance(12)) {
        options.add("-L" + one("lic:1", "lic:2", "lic:3", "tool:1", "lic:1,tool:2"));
      }
      if (chance(5)) {
        options.add("-H");
      } else if (chance(4)) {
        options.add("--begin=now+2hours");
      }
    }

    private JobSpec.Dependency dependency(int index) {
      if (index == 0 || !chance(14)) {
        return null;
      }
      if (chance(15)) {
        return new JobSpec.Dependency("singleton", OptionalInt.empty());
      }
      return new JobSpec.Dependency(
          one("afterok", "afterany", "afternotok", "after"), OptionalInt.of(random.nextInt(index)));
    }
  }
}
