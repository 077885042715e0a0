package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports that steps have to themselves. */
class StepPortsTest {
  private final TestCluster cluster = TestCluster.up(2);
  private long job;

  @BeforeEach
  void start() {
    configure("ports=31000-31009");
    job = allocation(2);
  }

  private void configure(String parameters) {
    ClusterDefinition plain = Specs.cluster(2);
    Map<String, String> settings = new HashMap<>(plain.settings());
    settings.put("MpiParams", parameters);
    cluster.system(new Command.Configure(plain.withSettings(settings)));
  }

  private long allocation(int nodes) {
    JobSpec spec = Specs.allocationOnly(ANNA);
    var layout = spec.request().layout().withTasks(nodes);
    long id =
        cluster.submit(spec.withRequest(spec.request().withNodes(nodes, nodes).withLayout(layout)));
    cluster.schedule();
    cluster.ready(id);
    return id;
  }

  private Outcome create(long id, int nodes, int ports) {
    StepSpec spec =
        Specs.step(nodes, nodes, 1, StepSpec.StepSharing.OVERLAP)
            .withAttribute(StepSpec.WANTED_PORTS, Integer.toString(ports));
    return cluster.apply(new Command.CreateStep(id, spec, new byte[0]), ANNA);
  }

  private static String ports(Outcome outcome) {
    Step step = ((Outcome.StepAccepted) outcome).step();
    return step.spec().attributes().getOrDefault(StepSpec.RESERVED_PORTS, "");
  }

  private static List<Integer> each(String text) {
    List<Integer> ports = new ArrayList<>();
    for (String range : text.split(",")) {
      String[] ends = range.split("-");
      for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
        ports.add(i);
      }
    }
    return ports;
  }

  @Test
  void stepsOnANodeHaveDifferentPorts() {
    List<Integer> all = new ArrayList<>();
    all.addAll(each(ports(create(job, 2, 4))));
    all.addAll(each(ports(create(job, 2, 4))));
    all.addAll(each(ports(create(job, 2, 2))));
    assertThat(all).hasSize(10).doesNotHaveDuplicates().allMatch(p -> p >= 31000 && p <= 31009);
    Outcome more = create(job, 2, 1);
    assertThat(((Outcome.Rejected) more).code()).isEqualTo(ErrorCode.STEP_BUSY);
    cluster.stepEnds(job, 1, "n1", 0, 0);
    assertThat(create(job, 2, 1)).isInstanceOf(Outcome.Rejected.class);
    cluster.stepEnds(job, 1, "n2", 0, 0);
    assertThat(each(ports(create(job, 2, 4)))).hasSize(4);
  }

  @Test
  void stepsOfOtherJobsOnTheNodeCount() {
    long other = allocation(1);
    List<Integer> all = new ArrayList<>(each(ports(create(job, 2, 6))));
    all.addAll(each(ports(create(other, 1, 4))));
    assertThat(all).hasSize(10).doesNotHaveDuplicates();
    assertThat(create(other, 1, 1)).isInstanceOf(Outcome.Rejected.class);
  }

  /** As a Slurm 22.05 says it. */
  @Test
  void moreThanThereAreIsRefused() {
    assertThat(((Outcome.Rejected) create(job, 1, 11)).code()).isEqualTo(ErrorCode.TOO_MANY_PORTS);
    assertThat(ports(create(job, 1, 0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ports=", "ports=9-3", "ports=70000-70009", "x=1,ports=31000;y"})
  void oneMoreThanIsConfiguredIsRefused(String parameters) {
    configure(parameters);
    int there = parameters.contains("31000") ? 1 : 0;
    assertThat(((Outcome.Rejected) create(job, 1, there + 1)).code())
        .isEqualTo(ErrorCode.TOO_MANY_PORTS);
    if (there == 1) {
      assertThat(ports(create(job, 1, 1))).isEqualTo("31000");
    }
  }
}
