package org.headrace.api.model;

import java.util.Locale;
import java.util.Map;
import org.headrace.api.preemption.PreemptMode;

/**
 * The terms on which a job has its cores: with how many others of its partition it shares them, and
 * how many CPUs of a node these may use together. Jobs that share are also beside those of other
 * partitions that do, and each partition counts its own.
 *
 * @param partition whose jobs are counted together; the empty string where it doesn't matter
 * @param jobs how many jobs of the partition may be on a core, this one among them: 1 when it has
 *     its cores for itself; 0 where nobody has said, which means the same
 * @param nodeCpus most CPUs of a node that the partition's jobs use together, or {@link #ANY}
 * @param socketCpus the same of a socket
 * @param system how many cores it leaves to the system; null where that is as configured. Only a
 *     job that has its nodes for itself may leave fewer
 */
public record CoreTerms(
    String partition, int jobs, int nodeCpus, int socketCpus, SystemCores system) {
  /** As many CPUs as there are. */
  public static final int ANY = 0;

  /** Jobs on a core where the configuration says no number. */
  private static final int USUAL_JOBS = 4;

  /** Nobody has said, as in old logs. */
  public static final CoreTerms UNSTATED = new CoreTerms("", 0, ANY, ANY);

  /** Its cores are its own, and as many as it likes. */
  public static final CoreTerms ALONE = new CoreTerms("", 1, ANY, ANY);

  /** With as many cores for the system as configured. */
  public CoreTerms(String partition, int jobs, int nodeCpus, int socketCpus) {
    this(partition, jobs, nodeCpus, socketCpus, null);
  }

  /** The terms of a partition for a job. */
  public static CoreTerms of(PartitionView partition, ResourceRequest request) {
    return of(partition, jobs(partition, request), request.system());
  }

  /** How many jobs may be on a core of such a job. Where jobs take turns, one at a time. */
  private static int jobs(PartitionView partition, ResourceRequest request) {
    String share = partition.options().getOrDefault("OverSubscribe", "NO");
    if (share.equals("NO")
        || partition.sharing() == Sharing.EXCLUSIVE
        || request.system() != null) {
      return 1;
    }
    String[] words = share.toUpperCase(Locale.ROOT).split(":", 2);
    boolean asked = words[0].equals("YES") && request.sharing() == Sharing.OVERSUBSCRIBE;
    if (!asked && !words[0].equals("FORCE")
        || PreemptMode.has(partition.options().get("PreemptMode"), "GANG")) {
      return 1;
    }
    return words.length == 1 || !words[1].matches("[1-9]\\d{0,5}")
        ? USUAL_JOBS
        : Integer.parseInt(words[1]);
  }

  private static CoreTerms of(PartitionView partition, int jobs, SystemCores system) {
    Map<String, String> options = partition.options();
    // Who hands out whole nodes only can't leave any part of them to other partitions.
    boolean whole = "select/linear".equals(options.get("SelectType"));
    int node = whole ? ANY : most(options.get("MaxCPUsPerNode"));
    int socket = whole ? ANY : most(options.get("MaxCPUsPerSocket"));
    return jobs == 1 && node == ANY && socket == ANY && system == null
        ? ALONE
        : new CoreTerms(partition.name(), jobs, node, socket, system);
  }

  private static int most(String limit) {
    return limit == null || !limit.matches("[1-9]\\d{0,8}") ? ANY : Integer.parseInt(limit);
  }

  /**
   * What a job that runs on these terms has after its partition was changed: it shares as before.
   */
  public CoreTerms in(PartitionView partition) {
    return of(partition, Math.max(1, jobs), system);
  }

  /** The same, with at most so many jobs on a core. */
  public CoreTerms sharing(int most) {
    return jobs <= most ? this : new CoreTerms(partition, most, nodeCpus, socketCpus, system);
  }

  /** The same, with as many CPUs as there are. */
  public CoreTerms withoutLimits() {
    return nodeCpus == ANY && socketCpus == ANY
        ? this
        : new CoreTerms(partition, jobs, ANY, ANY, system);
  }

  /** How many CPUs of a node such a job may have if nobody else is there. */
  public int cpus(NodeHardware hardware) {
    int perCore = hardware.threadsPerCore();
    CoreSet left = hardware.left(system);
    int cores = 0;
    for (int socket = 0; socket < hardware.sockets(); socket++) {
      int first = socket * hardware.coresPerSocket();
      int usable =
          hardware.coresPerSocket() - left.countIn(first, first + hardware.coresPerSocket());
      cores += coresOf(socketCpus, usable, perCore);
    }
    return coresOf(nodeCpus, cores, perCore) * perCore;
  }

  /**
   * How many of some cores may be used.
   *
   * @param cpus most CPUs, or {@link #ANY}
   */
  static int coresOf(int cpus, int cores, int threads) {
    return cpus == ANY ? cores : Math.min(cores, cpus / threads);
  }

  /**
   * True when it doesn't say enough which cores are free: the job may have others', or the
   * system's.
   */
  public boolean beyondFree() {
    return jobs > 1 || system != null;
  }

  public boolean stated() {
    return jobs > 0;
  }

  /** True when others may be on its cores. */
  public boolean shares() {
    return jobs > 1;
  }

  /** True when it isn't all the same to others that a job has cores on these terms. */
  boolean matter() {
    return jobs > 1 || nodeCpus != ANY || socketCpus != ANY;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s %d/core %s/node %s/socket", partition, jobs, nodeCpus, socketCpus);
  }
}
