package org.headrace.bench.internal.workloads;

import java.util.List;

/** The machine that both sides have, and what is set up on it. */
final class Site {
  static final int NODES = 4;
  static final int CPUS = 8;
  static final int MEMORY = 16_000;
  static final int GPUS = 2;

  /**
   * What is in both configurations, beside what {@code slurm-peer} writes. Nothing depends on time
   * but the end of jobs; starts are planned for as many jobs as there are.
   */
  static final List<String> LINES =
      List.of(
          "SchedulerParameters=bf_interval=1,sched_interval=1,bf_window=30000,bf_max_job_test=1000,"
              + "bf_job_part_count_reserve=1000,default_queue_depth=1000",
          "PriorityWeightAge=0",
          "PriorityWeightFairshare=0",
          "PriorityWeightJobSize=0",
          "PriorityWeightPartition=2000",
          "PriorityWeightQOS=5000",
          "AccountingStorageEnforce=limits,qos",
          "Licenses=lic:4,tool:2",
          "PartitionName=high Nodes=n[1-4] PriorityJobFactor=100 MaxTime=INFINITE State=UP",
          "PartitionName=tier Nodes=n[1-4] PriorityTier=10 MaxTime=INFINITE State=UP",
          "PartitionName=few Nodes=n[1-2] MaxNodes=1 MaxTime=200 State=UP",
          "PartitionName=whole Nodes=n[2-4] OverSubscribe=EXCLUSIVE MaxTime=INFINITE State=UP",
          "PartitionName=lean Nodes=n[1-4] MaxMemPerNode=6000 MaxCPUsPerNode=4 MaxTime=INFINITE State=UP");

  /** Commands that are given on both sides before the first workload. */
  static final List<List<String>> SETUP =
      List.of(
          words("scontrol update NodeName=n1 Features=fast,big,is1,two12,three123"),
          words("scontrol update NodeName=n2 Features=fast,is2,two12,two23,three123,three234"),
          words("scontrol update NodeName=n3 Features=big,is3,two23,two34,three123,three234"),
          words("scontrol update NodeName=n4 Features=slow,is4,two34,three234"),
          words("sacctmgr -i add account peeracct Description=peer Organization=peer"),
          words("sacctmgr -i add user root Account=peeracct DefaultAccount=peeracct"),
          words("sacctmgr -i add account cap Description=cap Organization=cap"),
          words("sacctmgr -i add user root Account=cap"),
          words("sacctmgr -i modify account cap set GrpTRES=cpu=10"),
          words("sacctmgr -i add qos urgent"),
          words("sacctmgr -i modify qos urgent set Priority=100"),
          words("sacctmgr -i add qos one"),
          words("sacctmgr -i modify qos one set MaxJobsPerUser=2"),
          words("sacctmgr -i add qos slim"),
          words("sacctmgr -i modify qos slim set MaxTRESPerUser=cpu=6"),
          words("sacctmgr -i add qos pool"),
          words("sacctmgr -i modify qos pool set GrpTRES=cpu=9,gres/gpu=2"),
          words("sacctmgr -i modify user root set qos+=urgent,one,slim,pool"));

  private static final List<List<String>> PLACES =
      List.of(
          List.of("is1", "is2", "is3", "is4"),
          List.of("two12", "two23", "two34"),
          List.of("three123", "three234"),
          List.of());

  /** Features that just so many nodes have, all of them of the partition; none of all nodes. */
  static List<String> places(int nodes, String partition) {
    return switch (partition) {
      case "few" -> List.of("is1", "is2");
      case "whole" -> PLACES.get(nodes - 1).stream().filter(place -> !place.contains("1")).toList();
      default -> PLACES.get(nodes - 1);
    };
  }

  static final List<String> PARTITIONS = List.of("main", "high", "tier", "few", "whole", "lean");

  private Site() {}

  static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  /** How a peer is made that has this machine. */
  static String recipe() {
    return """
        PEER_CPUS=%d PEER_MEM=%d PEER_GPUS=%d slurm-peer up %d
        eval "$(slurm-peer env)"
        headrace bench workloads --print-conf >>"$SLURM_CONF"
        slurm-peer ctld-stop; slurm-peer ctld-start
        """
        .formatted(CPUS, MEMORY, GPUS, NODES);
  }
}
