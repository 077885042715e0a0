package org.headrace.bench.internal.scheduler;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.Actor;

/**
 * Made-up jobs: what people ask for comes in round numbers, so that many are alike, and some
 * thousand kinds remain. The same seed gives the same jobs.
 */
final class Jobs {
  static final int USERS = 200;
  static final int USERS_OF_PROJECT = 10;

  private static final int[] WIDTHS = {1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 16, 32, 64, 128};
  private static final int[] CPUS = {1, 1, 1, 2, 4, 8, 16, 32};
  private static final long[] MEMORY_PER_CPU = {0, 0, 1024, 2048, 4096, 8000};
  private static final int[] HOURS = {1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 36, 48, 72};

  private final Random random;
  private final int widest;
  private final int widestOfGpus;

  /**
   * @param nodes nodes of the machine, at least 100; none of the jobs wants more than a quarter
   */
  Jobs(long seed, int nodes) {
    random = new Random(seed);
    widest = nodes / 4;
    widestOfGpus = nodes / 20;
  }

  private static int oneOf(Random random, int[] values) {
    return values[random.nextInt(values.length)];
  }

  static Actor owner(JobSpec job) {
    Owner owner = job.owner();
    return new Actor(owner.uid(), owner.gid(), owner.user(), owner.group(), false);
  }

  /** The next job for the mixed machine. */
  JobSpec next() {
    int kind = random.nextInt(100);
    if (kind < 45) {
      return job("batch", cpus(1), hours(72));
    } else if (kind < 65) {
      return job("short", cpus(1), hours(4));
    } else if (kind < 70) {
      return job("large", cpus(16), hours(24));
    } else if (kind < 73) {
      return job("debug", nodes(1, 1), Machine.HOUR / 4);
    }
    return job("gpu", gpus(1 + random.nextInt(Machine.GPUS_PER_NODE)), hours(48));
  }

  /** A gang: whole nodes of GPUs, below few switches for one in four. */
  JobSpec gang() {
    int nodes = 1 << random.nextInt(5);
    ResourceRequest request = withGpus(nodes(nodes, 8), Machine.GPUS_PER_NODE);
    if (random.nextInt(4) == 0) {
      request = request.withConstraint(constraint("", 1));
    }
    return job("gpu", request, hours(48));
  }

  private long hours(int most) {
    int hours;
    do {
      hours = oneOf(random, HOURS);
    } while (hours > most);
    return hours * Machine.HOUR;
  }

  /** Some nodes, or tasks wherever they fit. */
  private ResourceRequest cpus(int least) {
    int width = Math.min(widest, Math.max(least, oneOf(random, WIDTHS)));
    ResourceRequest request;
    if (least == 1 && random.nextInt(3) == 0) {
      int tasks = 1 << random.nextInt(9);
      request =
          ResourceRequest.singleCpu()
              .withLayout(new TaskLayout(tasks, oneOf(random, CPUS) / 4 + 1, 0, 0, 0, false, ""));
    } else {
      request = nodes(width, width > 1 ? 32 : oneOf(random, CPUS));
    }
    long memory = MEMORY_PER_CPU[random.nextInt(MEMORY_PER_CPU.length)];
    if (memory > 0) {
      request = request.withMemory(MemoryRequest.perCpu(memory));
    }
    int feature = random.nextInt(12);
    return feature == 0
        ? request.withConstraint(constraint("amd", 0))
        : feature == 1 ? request.withConstraint(constraint("intel|fat", 0)) : request;
  }

  private ResourceRequest gpus(int perNode) {
    int width = Math.min(widestOfGpus, oneOf(random, WIDTHS));
    int nodes = perNode == Machine.GPUS_PER_NODE ? width : 1;
    return withGpus(nodes(nodes, 4 * perNode), perNode);
  }

  private static ResourceRequest withGpus(ResourceRequest request, int perNode) {
    return request.withGres(List.of(new GresRequest("gpu", "", perNode, GresRequest.Scope.NODE)));
  }

  private static ResourceRequest nodes(int nodes, int cpusPerNode) {
    return ResourceRequest.singleCpu()
        .withNodes(nodes, nodes)
        .withLayout(new TaskLayout(nodes, cpusPerNode, 1, 0, 0, false, ""));
  }

  private static NodeConstraint constraint(String features, int switches) {
    NodeConstraint any = NodeConstraint.ANY;
    return new NodeConstraint(
        features,
        any.prefer(),
        any.required(),
        any.excluded(),
        any.minCpus(),
        any.minTmpDisk(),
        any.sockets(),
        any.coresPerSocket(),
        any.threadsPerCore(),
        any.contiguous(),
        switches,
        switches == 0 ? 0 : Machine.HOUR);
  }

  /** A job of one of the users. */
  JobSpec job(String partition, ResourceRequest request, long limit) {
    int user = random.nextInt(USERS);
    return new JobSpec(
        "job",
        new Owner(1000 + user, 1000, "user" + user, "users"),
        new Charge("project" + user / USERS_OF_PROJECT, "", ""),
        List.of(partition),
        "",
        request,
        Timing.ANY.withTimeLimit(limit),
        JobArray.NONE,
        Dependency.NONE,
        Execution.plain(true, "/home/user" + user, 022, true),
        Map.of());
  }
}
