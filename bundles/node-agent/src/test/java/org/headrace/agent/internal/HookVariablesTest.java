package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.junit.jupiter.api.Test;

/** Prolog and epilog run as root: a user gives them values, and never a name. */
class HookVariablesTest {
  private static final List<String> DANGEROUS =
      List.of(
          "LD_PRELOAD",
          "LD_LIBRARY_PATH",
          "BASH_ENV",
          "ENV",
          "IFS",
          "SHELLOPTS",
          "BASH_FUNC_ls%%",
          "PYTHONPATH",
          "PERL5LIB",
          "SPANK_X",
          "SLURM_SPANK_X",
          "SLURM_CONF_SERVER",
          "PATH");

  private final HookVariables variables =
      new HookVariables(
          new JobVariables(
              "n1",
              names -> String.join("+", names),
              new HomeCluster("/etc/slurm.conf", "/run/s"),
              TopologyAddress.flat("n1")),
          new NodeGres(List.of(), name -> null));

  private Map<String, String> of(Job job) {
    return variables.of(
        "epilog_slurmd", job, List.of("n1"), new NodeRules(Map.of("ClusterName", "c")));
  }

  /** A job all whose texts try to be something else. */
  private static Job hostile() {
    Orders orders = new Orders();
    Map<String, String> attributes = new HashMap<>();
    DANGEROUS.forEach(name -> attributes.put(name, "evil"));
    attributes.put("Comment", "x\0LD_PRELOAD=evil");
    attributes.put("Extra", "() { :; }; evil");
    orders.attributes = attributes;
    orders.environment = attributes;
    orders.workDirectory = "/tmp/\nLD_PRELOAD=evil";
    orders.output = "out\0PATH=evil";
    Job job = orders.job();
    JobSpec spec = job.spec();
    return job.withSpec(spec.withName("LD_PRELOAD=evil"));
  }

  @Test
  void namesAreOursAlone() {
    Map<String, String> found = of(hostile());
    assertThat(found.keySet())
        .allMatch(name -> name.matches("PATH|HEADRACE_SOCKET|SLURMD?_[A-Z0-9_]+"));
    assertThat(found.keySet())
        .doesNotContain("LD_PRELOAD", "SPANK_X", "SLURM_SPANK_X", "SLURM_CONF_SERVER");
    assertThat(found).containsEntry("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    assertThat(found).containsEntry("SLURM_CONF", "/etc/slurm.conf");
    assertThat(found).containsEntry("HEADRACE_SOCKET", "/run/s");
  }

  @Test
  void whatWouldEndAValueInItsMiddleIsLeftOut() {
    Map<String, String> found = of(hostile());
    assertThat(found).doesNotContainKeys("SLURM_JOB_COMMENT", "SLURM_JOB_STDOUT");
    assertThat(found.values()).noneMatch(value -> value.indexOf('\0') >= 0);
  }

  @Test
  void harmlessTextsArriveAsTheyAre() {
    assertThat(of(hostile()))
        .containsEntry("SLURM_JOB_NAME", "LD_PRELOAD=evil")
        .containsEntry("SLURM_JOB_EXTRA", "() { :; }; evil")
        .containsEntry("SLURM_SCRIPT_CONTEXT", "epilog_slurmd");
  }
}
