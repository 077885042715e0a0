package org.headrace.commands.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitNamesTest {
  /** As Slurm 22.05 showed them for jobs that broke these limits. */
  @ParameterizedTest
  @CsvSource({
    "ASSOCIATION_MAX_SUBMITTED,AssocMaxSubmitJobLimit",
    "ASSOCIATION_GROUP_SUBMITTED,AssocGrpSubmitJobsLimit",
    "ASSOCIATION_GROUP_CPU,AssocGrpCpuLimit",
    "ASSOCIATION_GROUP_MEMORY,AssocGrpMemLimit",
    "ASSOCIATION_GROUP_NODE,AssocGrpNodeLimit",
    "ASSOCIATION_GROUP_GRES,AssocGrpGRES",
    "ASSOCIATION_MAX_PER_JOB_CPU,AssocMaxCpuPerJobLimit",
    "ASSOCIATION_MAX_PER_JOB_NODE,AssocMaxNodePerJobLimit",
    "ASSOCIATION_MAX_PER_NODE_CPU,AssocMaxCpuPerNode",
    "ASSOCIATION_MAX_WALL,AssocMaxWallDurationPerJobLimit",
    "ASSOCIATION_GROUP_MINUTES_CPU,AssocGrpCPUMinutesLimit",
    "ASSOCIATION_GROUP_RUN_MINUTES_CPU,AssocGrpCPURunMinutesLimit",
    "ASSOCIATION_MAX_MINUTES_PER_JOB_CPU,AssocMaxCpuMinutesPerJobLimit",
    "ASSOCIATION_GROUP_WALL,AssocGrpWallLimit",
    "QOS_MAX_JOBS,QOSMaxJobsPerUserLimit",
    "QOS_MAX_PER_USER_CPU,QOSMaxCpuPerUserLimit",
    "QOS_MAX_PER_ACCOUNT_CPU,MaxCpuPerAccount",
    "QOS_MAX_JOBS_PER_ACCOUNT,MaxJobsPerAccount",
    "QOS_MAX_PER_JOB_CPU,QOSMaxCpuPerJobLimit",
    "QOS_MAX_WALL,QOSMaxWallDurationPerJobLimit",
    "QOS_MIN_PER_JOB_CPU,QOSMinCpuNotSatisfied",
    "QOS_GROUP_CPU,QOSGrpCpuLimit",
    "QOS_GROUP_NODE,QOSGrpNodeLimit",
    "QOS_GROUP_MINUTES_CPU,QOSGrpCPUMinutesLimit",
    "QOS_MAX_MINUTES_PER_JOB_CPU,QOSMaxCpuMinutesPerJobLimit",
    "QOS_GROUP_RUN_MINUTES_CPU,QOSGrpCPURunMinutesLimit"
  })
  void aLimitHasTheNameThatUsersKnow(Reason reason, String name) {
    assertThat(ReasonNames.name(reason)).isEqualTo(name);
  }

  @Test
  void eachLimitHasANameOfItsOwn() {
    List<Reason> limits =
        Arrays.stream(Reason.values())
            .filter(reason -> reason.compareTo(Reason.ASSOCIATION_GROUP_JOBS) >= 0)
            .filter(reason -> reason.name().matches("(ASSOCIATION|QOS)_.*"))
            .toList();
    Set<String> names = new HashSet<>();
    limits.forEach(reason -> names.add(ReasonNames.name(reason)));
    assertThat(names).hasSameSizeAs(limits);
  }
}
