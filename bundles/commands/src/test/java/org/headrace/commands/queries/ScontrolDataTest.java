package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobState;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.MemberProbe;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.junit.jupiter.api.Test;

/** What scontrol shows as data, with the names of the published schema v0.0.42. */
class ScontrolDataTest {
  private static final String NOW = "2026-11-23T06:47:18Z";
  private static final String UNSET = "{\"set\":false,\"infinite\":false,\"number\":0}";
  private static final String UNLIMITED = "{\"set\":false,\"infinite\":true,\"number\":0}";

  private final QuerySnapshot snapshot = snapshot("a,b");

  private static QuerySnapshot snapshot(String hosts) {
    ClusterDefinition peer =
        PeerModel.definition(Map.of("ClusterName", "peer", "SlurmctldHost", hosts));
    QuerySnapshot snapshot =
        new QuerySnapshot(
            new ClusterDefinition(
                peer.name(),
                peer.nodes(),
                List.of(PeerModel.partition("main", true), limited()),
                peer.topology(),
                Map.of("matlab", 5),
                peer.limits(),
                peer.administrators(),
                peer.settings()));
    QuerySnapshot model = PeerModel.snapshot();
    snapshot.jobs.putAll(model.jobs);
    snapshot.steps.putAll(model.steps);
    snapshot.nodes.putAll(model.nodes);
    return snapshot;
  }

  private static PartitionDefinition limited() {
    return new PartitionDefinition(
        "limited",
        List.of("n1", "n2"),
        false,
        false,
        PartitionView.State.DRAIN,
        1,
        2,
        3_600_000,
        600_000,
        7,
        9,
        Sharing.USER,
        MemoryRequest.perCpu(100),
        MemoryRequest.perNode(2000),
        List.of("staff"),
        List.of(),
        List.of("bio", "chem"),
        List.of("high"),
        List.of(),
        false,
        30_000,
        Long.MAX_VALUE,
        Map.of(
            "OverSubscribe", "FORCE:2",
            "QOS", "part",
            "MaxCPUsPerNode", "3",
            "SuspendTime", "INFINITE",
            "SelectTypeParameters", "CR_Core_Memory"));
  }

  private FakeInvocation run(int status, String... words) throws Exception {
    FakeInvocation call = new FakeInvocation("scontrol", words).as(0).with("SLURM_JSON", "compact");
    MemberProbe probe =
        member -> member.name().equals("a") ? MemberProbe.State.LEADS : MemberProbe.State.SILENT;
    int found =
        new ScontrolCommand(
                new Around(
                    new QueryControl(snapshot),
                    null,
                    probe,
                    null,
                    null,
                    new DebugFlags(),
                    PeerModel.clock(NOW)))
            .run(call);
    assertThat(found).as(call.errText()).isEqualTo(status);
    return call;
  }

  private String json(String... words) throws Exception {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--json";
    String text = run(0, all).outText();
    assertThat(text).contains("\"meta\":{", "\"errors\":[],\"warnings\":[]}");
    return text;
  }

  /** As with a Slurm 22.05 after {@code scontrol update PartitionName=main QOS=}. */
  @Test
  void whatAnUpdateTookAwayIsNotThere() throws Exception {
    PartitionDefinition without =
        PeerModel.partition("main", true).withSettings(0, Map.of("QOS", "", "AllocNodes", ""));
    snapshot.definition = snapshot.definition.withPartitions(List.of(without));
    assertThat(run(0, "show", "partition", "main").outText())
        .contains("AllocNodes=ALL Default=YES QoS=N/A");
  }

  @Test
  void whatAJobHasOnEachOfItsNodes() throws Exception {
    String node =
        "{\"node\":\"%s\",\"sockets_per_node\":2,\"cores_per_socket\":32,\"mem_alloc\":%d,"
            + "\"core_bitmap\":\"%s\",\"channel\":"
            + UNSET
            + ",\"gres\":[%s]}";
    assertThat(json("show", "resources", "12"))
        .startsWith(
            "{\"nodes\":["
                + node.formatted("n1", 400, "0-3", "")
                + ","
                + node.formatted("n2", 400, "0-3", "")
                + "],\"meta\"");
    String gpus = "{\"name\":\"gpu\",\"type\":\"\",\"count\":2,\"index\":\"0-1\"}";
    assertThat(json("show", "resources=6")).contains(node.formatted("n1", 100, "0", gpus));
    assertThat(run(1, "--json", "show", "resources", "7").errText())
        .isEqualTo("slurm_load_resource_layout error: Job/step already completing or completed\n");
    assertThat(run(1, "--json", "show", "resources", "999").errText())
        .isEqualTo("slurm_load_jobs error: Invalid job id specified\n");
    assertThat(run(1, "show", "resources", "12").errText()).contains("--json and --yaml alone");
    long waits =
        snapshot.jobs.values().stream()
            .filter(job -> job.status().state() == JobState.PENDING && !job.pendingArray())
            .findFirst()
            .orElseThrow()
            .id();
    assertThat(run(1, "--json", "show", "resources=" + waits).errText())
        .isEqualTo("slurm_load_resource_layout error: Job is pending execution\n");
  }

  /** As a Slurm 25.05 answers for a partition of which nothing but the nodes is configured. */
  @Test
  void aPartitionWithoutLimits() throws Exception {
    assertThat(json("show", "partition", "main"))
        .startsWith(
            "{\"partitions\":[{\"nodes\":{\"allowed_allocation\":\"\","
                + "\"configured\":\"n[1-4]\",\"total\":4},"
                + "\"accounts\":{\"allowed\":\"\",\"deny\":\"\"},\"groups\":{\"allowed\":\"\"},"
                + "\"qos\":{\"allowed\":\"\",\"deny\":\"\",\"assigned\":\"\"},"
                + "\"alternate\":\"\",\"tres\":{\"billing_weights\":\"\","
                + "\"configured\":\"cpu=256,mem=1000G,node=4,billing=256,gres/gpu=32\"},"
                + "\"cluster\":\"\",\"select_type\":[],"
                + "\"cpus\":{\"task_binding\":0,\"total\":256},"
                + "\"defaults\":{\"memory_per_cpu\":0,\"partition_memory_per_cpu\":"
                + UNSET
                + ",\"partition_memory_per_node\":{\"set\":true,\"infinite\":false,\"number\":0},"
                + "\"time\":"
                + UNSET
                + ",\"job\":\"\"},\"grace_time\":0,\"maximums\":{\"cpus_per_node\":"
                + UNLIMITED
                + ",\"cpus_per_socket\":"
                + UNLIMITED
                + ",\"memory_per_cpu\":0,\"partition_memory_per_cpu\":"
                + UNSET
                + ",\"partition_memory_per_node\":{\"set\":true,\"infinite\":false,\"number\":0},"
                + "\"nodes\":"
                + UNLIMITED
                + ",\"shares\":1,\"oversubscribe\":{\"jobs\":1,\"flags\":[]},\"time\":"
                + UNLIMITED
                + ",\"over_time_limit\":"
                + UNSET
                + "},\"minimums\":{\"nodes\":0},\"name\":\"main\",\"node_sets\":\"\","
                + "\"priority\":{\"job_factor\":1,\"tier\":1},\"timeouts\":{\"resume\":"
                + UNSET
                + ",\"suspend\":"
                + UNSET
                + "},\"partition\":{\"state\":[\"UP\"]},\"suspend_time\":"
                + UNSET
                + "}],\"last_update\":{\"set\":true,\"infinite\":false,\"number\":1795416438}");
  }

  @Test
  void aPartitionWithLimits() throws Exception {
    assertThat(json("show", "partition", "limited"))
        .contains(
            "\"accounts\":{\"allowed\":\"\",\"deny\":\"bio,chem\"}",
            "\"groups\":{\"allowed\":\"staff\"}",
            "\"qos\":{\"allowed\":\"high\",\"deny\":\"\",\"assigned\":\"part\"}",
            "\"select_type\":[\"CORE\",\"MEMORY\"]",
            "\"defaults\":{\"memory_per_cpu\":100,\"partition_memory_per_cpu\":"
                + number(100)
                + ",\"partition_memory_per_node\":"
                + UNSET
                + ",\"time\":"
                + number(10),
            "\"grace_time\":30,\"maximums\":{\"cpus_per_node\":" + number(3),
            "\"memory_per_cpu\":2000,\"partition_memory_per_cpu\":" + UNSET,
            "\"nodes\":"
                + number(2)
                + ",\"shares\":32770,\"oversubscribe\":{\"jobs\":2,\"flags\":[\"force\"]},\"time\":"
                + number(60)
                + ",\"over_time_limit\":"
                + UNLIMITED,
            "\"priority\":{\"job_factor\":9,\"tier\":7}",
            "\"partition\":{\"state\":[\"DRAIN\"]},\"suspend_time\":" + UNLIMITED);
    assertThat(json("show", "partitions")).contains("\"name\":\"main\"", "\"name\":\"limited\"");
  }

  private static String number(int number) {
    return "{\"set\":true,\"infinite\":false,\"number\":" + number + "}";
  }

  @Test
  void steps() throws Exception {
    assertThat(json("show", "step", "1.batch"))
        .startsWith(
            "{\"steps\":[{\"time\":{\"elapsed\":51,\"end\":"
                + UNSET
                + ",\"start\":"
                + number(1_795_416_387)
                + ",\"limit\":"
                + UNLIMITED
                + "},\"exit_code\":{\"status\":[\"PENDING\"]")
        .contains(
            "\"nodes\":{\"count\":1,\"range\":\"n1\",\"list\":[\"n1\"]},\"tasks\":{\"count\":1}",
            "\"pid\":\"\"",
            "\"state\":[\"RUNNING\"],\"step\":{\"id\":\"1.batch\",\"name\":\"batch\"}",
            "\"tres\":{\"allocated\":[{\"type\":\"cpu\",\"name\":\"\",\"count\":8}");
    assertThat(json("show", "steps")).containsPattern("\"id\":\"1\\.batch\".*\"id\":\"\\d+\\.0\"");
    assertThat(json("show", "step", "1.0")).contains("\"pid\":\"4711\"");
    assertThat(run(0, "show", "step", "1.batch").outText()).contains("   SrunHost:Pid=(null):0\n");
    snapshot.steps.clear();
    assertThat(json("show", "steps")).startsWith("{\"steps\":[],");
  }

  @Test
  void licenses() throws Exception {
    assertThat(json("show", "licenses"))
        .startsWith(
            "{\"licenses\":[{\"LicenseName\":\"matlab\",\"Total\":5,\"Used\":1,\"Free\":4,"
                + "\"Remote\":false,\"Reserved\":0,\"LastConsumed\":0,\"LastDeficit\":0,"
                + "\"LastUpdate\":0}],\"last_update\":");
    assertThat(json("show", "licenses", "none")).startsWith("{\"licenses\":[],");
  }

  @Test
  void reservations() throws Exception {
    assertThat(json("show", "reservation")).startsWith("{\"reservations\":[],");
    snapshot.reservations.add(
        new ReservationDefinition(
            1,
            "upkeep",
            PeerModel.at(NOW),
            PeerModel.at(NOW) + 60_000,
            List.of("n1", "n2"),
            "main",
            new Admission(List.of("anna", "bert"), true),
            new Admission(List.of("bio"), false),
            Set.of(Flag.MAINT, Flag.NO_HOLD_JOBS_AFTER)));
    assertThat(json("show", "reservation", "upkeep"))
        .startsWith(
            "{\"reservations\":[{\"accounts\":\"bio\",\"burst_buffer\":\"\",\"core_count\":128,"
                + "\"core_specializations\":[],\"end_time\":"
                + number(1_795_416_498)
                + ",\"features\":\"\",\"flags\":[\"MAINT\",\"NO_HOLD_JOBS_AFTER_END\"],"
                + "\"groups\":\"\",\"licenses\":\"\",\"max_start_delay\":0,\"name\":\"upkeep\","
                + "\"node_count\":2,\"node_list\":\"n[1-2]\",\"partition\":\"main\","
                + "\"purge_completed\":{\"time\":"
                + UNSET
                + "},\"start_time\":"
                + number(1_795_416_438)
                + ",\"watts\":"
                + UNSET
                + ",\"tres\":\"cpu=128\",\"users\":\"-anna,-bert\"}],\"last_update\":");
  }

  @Test
  void pings() throws Exception {
    assertThat(json("ping").replaceAll("\"latency\":\\d+", "\"latency\":0"))
        .startsWith(
            "{\"pings\":[{\"hostname\":\"a\",\"pinged\":\"UP\",\"responding\":true,"
                + "\"latency\":0,\"mode\":\"primary\",\"primary\":true},"
                + "{\"hostname\":\"b\",\"pinged\":\"DOWN\",\"responding\":false,"
                + "\"latency\":0,\"mode\":\"backup\",\"primary\":false}],\"meta\":");
  }

  @Test
  void theSameAsYaml() throws Exception {
    assertThat(run(0, "show", "licenses", "--yaml").outText())
        .startsWith("---\nlicenses:\n  - LicenseName: \"matlab\"\n    Total: 5\n");
  }

  /** Who reads data finds none of the messages in between. */
  @Test
  void whatIsNotThereIsSaidElsewhere() throws Exception {
    for (String words : List.of("partition x", "reservation x", "step 99999")) {
      String[] split = words.split(" ");
      FakeInvocation call = run(1, "show", split[0], split[1], "--json");
      assertThat(call.outText()).isEmpty();
      assertThat(call.errText()).isNotEmpty();
    }
  }
}
