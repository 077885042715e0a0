package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.commands.internal.sprio.SprioCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.PriorityBreakdown.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sprio prints; the texts were taken from a running Slurm 22.05. */
class SprioTest {
  private static final double THIRD = 1 / 3.0;
  private static final Owner ROOT = new Owner(0, 0, "root", "root");
  private static final Owner DAEMON = new Owner(1, 1, "daemon", "daemon");
  private static final String HEADER =
      "          JOBID PARTITION   PRIORITY       SITE        AGE  FAIRSHARE    JOBSIZE        QOS\n";

  private final QueryControl control = new QueryControl(PeerModel.snapshot());

  @BeforeEach
  void jobs() {
    weights(
        Map.of(
            PriorityFactor.AGE, 1000.0,
            PriorityFactor.FAIR_SHARE, 10000.0,
            PriorityFactor.JOB_SIZE, 1000.0,
            PriorityFactor.QOS, 10000.0),
        List.of(
            // In no order, as a queue may come.
            row(14018, DAEMON, 131, -5, 0, 0.126953125),
            row(14017, ROOT, 3460, 0, THIRD, 0.126953125),
            row(14012, ROOT, 3804, 37, THIRD, 0.5078125),
            row(14011, ROOT, 3598, 0, THIRD, 0.265625),
            fixed(14013, 777)));
  }

  private void weights(Map<PriorityFactor, Double> weights, List<Row> rows) {
    control.priorities = new PriorityBreakdown("multifactor", weights, rows, "");
  }

  private Row row(long id, Owner owner, long priority, int nice, double fairShare, double size) {
    submitted(id, owner);
    return new Row(
        id,
        "main",
        priority,
        false,
        nice,
        Map.of(PriorityFactor.FAIR_SHARE, fairShare, PriorityFactor.JOB_SIZE, size));
  }

  private Row fixed(long id, long priority) {
    submitted(id, ROOT);
    return new Row(id, "main", priority, true, 0, Map.of());
  }

  private void submitted(long id, Owner owner) {
    Job pending = control.snapshot.jobs.get(15L);
    JobSpec spec = JobSpec.of("wrap", owner, pending.spec().execution());
    control.snapshot.jobs.put(id, new Job(id, 0, Job.NO_TASK, spec, pending.status()));
  }

  private FakeInvocation call(int status, String... arguments) throws Exception {
    return call(status, new FakeInvocation("sprio", arguments).as(0));
  }

  private FakeInvocation call(int status, FakeInvocation call) throws Exception {
    int actual = new SprioCommand(control).run(call);
    assertThat(actual).as(call.outText() + call.errText()).isEqualTo(status);
    return call;
  }

  private String run(int status, String... arguments) throws Exception {
    FakeInvocation call = call(status, arguments);
    assertThat(call.errText()).isEmpty();
    return call.outText();
  }

  private List<String> ids(String... arguments) throws Exception {
    return run(0, arguments).lines().skip(1).map(line -> line.strip().split(" ")[0]).toList();
  }

  @Test
  void factorsWithTheirWeights() throws Exception {
    assertThat(run(0))
        .isEqualTo(
            """
                      JOBID PARTITION   PRIORITY       SITE        AGE  FAIRSHARE    JOBSIZE        QOS
                      14011 main            3598          0          0       3333        266          0
                      14012 main            3804          0          0       3333        508          0
                      14013 main             777          0          0          0          0          0
                      14017 main            3460          0          0       3333        127          0
                      14018 main             131          0          0          0        127          0
            """);
    assertThat(run(0, "-l"))
        .isEqualTo(
            """
                      JOBID PARTITION     USER   PRIORITY       SITE        AGE      ASSOC  FAIRSHARE    JOBSIZE  PARTITION        QOS        NICE                 TRES
                      14011 main          root       3598          0          0          0       3333        266          0          0           0                    \s
                      14012 main          root       3804          0          0          0       3333        508          0          0          37                    \s
                      14013 main          root        777          0          0          0          0          0          0          0           0                    \s
                      14017 main          root       3460          0          0          0       3333        127          0          0           0                    \s
                      14018 main        daemon        131          0          0          0          0        127          0          0          -5                    \s
            """);
  }

  @Test
  void factorsWithoutThem() throws Exception {
    assertThat(run(0, "-n"))
        .isEqualTo(
            """
                      JOBID PARTITION PRIORITY   AGE        FAIRSHARE  JOBSIZE    QOS      \s
                      14011 main      0.00000083 0.0000000  0.3333333  0.2656250  0.0000000\s
                      14012 main      0.00000088 0.0000000  0.3333333  0.5078125  0.0000000\s
                      14013 main      777.000000 0.0000000  0.0000000  0.0000000  0.0000000\s
                      14017 main      0.00000080 0.0000000  0.3333333  0.1269531  0.0000000\s
                      14018 main      0.00000003 0.0000000  0.0000000  0.1269531  0.0000000\s
            """);
    assertThat(run(0, "-nl"))
        .isEqualTo(
            """
                      JOBID PARTITION     USER PRIORITY   AGE        ASSOC      FAIRSHARE  JOBSIZE    PARTITION  QOS        TRES               \s
                      14011 main          root 0.00000083 0.0000000  0.0000000  0.3333333  0.2656250  0.0000000  0.0000000                     \s
                      14012 main          root 0.00000088 0.0000000  0.0000000  0.3333333  0.5078125  0.0000000  0.0000000                     \s
                      14013 main          root 777.000000 0.0000000  0.0000000  0.0000000  0.0000000  0.0000000  0.0000000                     \s
                      14017 main          root 0.00000080 0.0000000  0.0000000  0.3333333  0.1269531  0.0000000  0.0000000                     \s
                      14018 main        daemon 0.00000003 0.0000000  0.0000000  0.0000000  0.1269531  0.0000000  0.0000000                     \s
            """);
  }

  @Test
  void theWeights() throws Exception {
    assertThat(run(0, "-w"))
        .isEqualTo(
            """
                      JOBID PARTITION   PRIORITY       SITE        AGE  FAIRSHARE    JOBSIZE        QOS
                    Weights                               1       1000      10000       1000      10000
            """);
    assertThat(run(0, "-wl"))
        .isEqualTo(
            """
                      JOBID PARTITION     USER   PRIORITY       SITE        AGE      ASSOC  FAIRSHARE    JOBSIZE  PARTITION        QOS        NICE                 TRES
                    Weights                                        1       1000          0      10000       1000          0      10000                           (null)
            """);
    assertThat(run(0, "-wn"))
        .isEqualTo(
            """
                      JOBID PARTITION PRIORITY   AGE        FAIRSHARE  JOBSIZE    QOS      \s
                    Weights                      1000       10000      1000       10000    \s
            """);
    assertThat(run(0, "-hw"))
        .isEqualTo(
            "        Weights                               1       1000      10000       1000"
                + "      10000\n");
  }

  @Test
  void aFactorWithoutWeightHasNoColumn() throws Exception {
    weights(Map.of(PriorityFactor.ASSOCIATION, 5.0, PriorityFactor.PARTITION, 7.0), List.of());
    assertThat(run(0, "-w"))
        .isEqualTo(
            """
                      JOBID PARTITION   PRIORITY       SITE      ASSOC  PARTITION
                    Weights                               1          5          7
            """);
    weights(Map.of(PriorityFactor.AGE, 0.0), List.of());
    assertThat(run(0)).isEqualTo("          JOBID PARTITION   PRIORITY       SITE\n");
  }

  @Test
  void trackableResources() throws Exception {
    control.snapshot =
        new QuerySnapshot(
            PeerModel.definition(Map.of("PriorityWeightTRES", "CPU=1000,Mem=2000,GRES/gpu=3000")));
    control.snapshot.jobs.putAll(PeerModel.snapshot().jobs);
    submitted(14011, ROOT);
    Map<String, Double> parts = new java.util.LinkedHashMap<>();
    parts.put("cpu", 8 / 256.0);
    parts.put("mem", 1000 / 1024000.0);
    parts.put("gres/gpu", 2 / 32.0);
    control.priorities =
        new PriorityBreakdown(
            "multifactor",
            Map.of(PriorityFactor.TRES, 1.0, PriorityFactor.SITE, 1.0),
            Map.of("cpu", 1000.0, "mem", 2000.0, "gres/gpu", 3000.0),
            List.of(
                new Row(
                    14011,
                    "main",
                    215,
                    false,
                    0,
                    Map.of(PriorityFactor.TRES, 220.7, PriorityFactor.SITE, -5.0),
                    parts)),
            "");
    assertThat(run(0))
        .isEqualTo(
            """
                      JOBID PARTITION   PRIORITY       SITE                 TRES
                      14011 main             215         -5 cpu=31,mem=2,gres/gp
            """);
    assertThat(run(0, "-n"))
        .isEqualTo(
            """
                      JOBID PARTITION PRIORITY   TRES               \s
                      14011 main      0.00000005 cpu=0.03,mem=0.00,gr
            """);
    assertThat(run(0, "-o%i|%t|%T"))
        .isEqualTo(
            "JOBID|TRES|TRES\n14011|cpu=0.03,mem=0.00,gres/gpu=0.06|cpu=31,mem=2,gres/gpu=188\n");
    assertThat(run(0, "-wo%i|%t|%T"))
        .isEqualTo("JOBID|TRES|TRES\nWeights||CPU=1000,Mem=2000,GRES/gpu=3000\n");
  }

  @Test
  void columnsOfOnesOwn() throws Exception {
    String all = "%i|%a|%A|%b|%B|%f|%F|%j|%J|%N|%p|%P|%q|%Q|%r|%S|%t|%T|%u|%Y|%y|%c";
    assertThat(run(0, "-o", all))
        .isEqualTo(
            """
            JOBID|AGE|AGE|ASSOC|ASSOC|FAIRSHARE|FAIRSHARE|JOBSIZE|JOBSIZE|NICE|PARTITION|PARTITION|QOS|QOS|PARTITION|SITE|TRES|TRES|USER|PRIORITY|PRIORITY|CLUSTER
            14011|0.0000000|0|0.0000000|0|0.3333333|3333|0.2656250|266|0|0.0000000|0|0.0000000|0|main|0|||root|3598|0.00000083794779|(null)
            14012|0.0000000|0|0.0000000|0|0.3333333|3333|0.5078125|508|37|0.0000000|0|0.0000000|0|main|0|||root|3804|0.00000088572172|(null)
            14013|0.0000000|0|0.0000000|0|0.0000000|0|0.0000000|0|0|0.0000000|0|0.0000000|0|main|0|||root|777|777.00000000000000|(null)
            14017|0.0000000|0|0.0000000|0|0.3333333|3333|0.1269531|127|0|0.0000000|0|0.0000000|0|main|0|||root|3460|0.00000080566072|(null)
            14018|0.0000000|0|0.0000000|0|0.0000000|0|0.1269531|127|-5|0.0000000|0|0.0000000|0|main|0|||daemon|131|0.00000003072273|(null)
            """);
    assertThat(run(0, "-j14011", "-o", "%.3i %3u %.3r")).isEqualTo("JOB USE PAR\n140 roo mai\n");
    assertThat(run(0, "-h", "-j14011,14013", "-o", "%5y|%.20y|%12a|%a"))
        .isEqualTo(
            """
            0.000|    0.00000083794779|0.0000000   |0.0000000
            777.0|  777.00000000000000|0.0000000   |0.0000000
            """);
    assertThat(call(0, "-j14011", "-o", "%i %z").errText())
        .isEqualTo("sprio: error: Invalid job format specification: z\n");
    FakeInvocation variable =
        new FakeInvocation("sprio", "-j14012").as(0).with("SPRIO_FORMAT", "%i %Y");
    assertThat(call(0, variable).outText()).isEqualTo("JOBID PRIORITY\n14012 3804\n");
    variable = new FakeInvocation("sprio", "-w", "-l").as(0).with("SPRIO_FORMAT", "%i %Y");
    assertThat(call(0, variable).outText()).contains("NICE");
    assertThat(call(1, "-lw", "-o", "%i").errText())
        .isEqualTo(
            "sprio: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please"
                + " remove one and retry.\n");
  }

  @Test
  void jobsByTheirIds() throws Exception {
    for (String[] words : new String[][] {{"-j14011,,14012"}, {"--jobs=14012,14011"}}) {
      assertThat(ids(words)).containsExactly("14011", "14012");
    }
    assertThat(ids("-j", "14011")).containsExactly("14011");
    assertThat(ids("-j")).hasSize(5);
    for (String option : List.of("-h", "-w", "-n")) {
      assertThat(run(0, option, "-j99999"))
          .isEqualTo("Unable to find jobs matching user/id(s) specified\n");
    }
    assertThat(run(0, "-u", "daemon", "-j14011")).startsWith("Unable to find jobs");
    for (String bad : List.of("abc", "0", "-1", "14011_1")) {
      assertThat(call(1, "-j14011," + bad).errText())
          .isEqualTo("sprio: error: Invalid job id: " + bad + "\n");
    }
    assertThat(call(1, "-j14011", "foo").errText())
        .isEqualTo("sprio: error: Invalid job id: foo\n");
    assertThat(call(1, "foo").errText()).contains("sprio: error: Unrecognized option: foo\n");
  }

  @Test
  void jobsOfUsersAndPartitions() throws Exception {
    assertThat(run(0, "-u", "daemon"))
        .isEqualTo(
            """
                      JOBID PARTITION     USER   PRIORITY       SITE        AGE  FAIRSHARE    JOBSIZE        QOS
                      14018 main        daemon        131          0          0          0        127          0
            """);
    assertThat(ids("-u", "0,daemon")).hasSize(5);
    assertThat(ids("-u", "")).isEmpty();
    FakeInvocation some = call(0, "-u", "nobody-there,daemon");
    assertThat(some.errText()).isEqualTo("sprio: error: Invalid user: nobody-there\n\n");
    assertThat(some.outText()).contains("14018").doesNotContain("14011");
    assertThat(run(0, "-nu", "daemon"))
        .isEqualTo(
            """
                      JOBID PARTITION     USER PRIORITY   AGE        FAIRSHARE  JOBSIZE    QOS      \s
                      14018 main        daemon 0.00000003 0.0000000  0.0000000  0.1269531  0.0000000\s
            """);
    assertThat(ids("-p", "main,x")).hasSize(5);
    assertThat(run(0, "-p", "nonesuch")).isEqualTo(HEADER);
  }

  @Test
  void inAnOrder() throws Exception {
    assertThat(ids("-S", "y")).containsExactly("14018", "14013", "14017", "14011", "14012");
    assertThat(ids("-S", "-Y,i")).containsExactly("14012", "14011", "14017", "14013", "14018");
    assertThat(ids("-S", "-i")).containsExactly("14018", "14017", "14013", "14012", "14011");
    assertThat(ids("-S", "u,r,-y")).containsExactly("14018", "14012", "14011", "14017", "14013");
    assertThat(ids("-S", "-J")).containsExactly("14012", "14011", "14017", "14018", "14013");
    assertThat(ids("-S", "F")).containsExactly("14013", "14018", "14011", "14012", "14017");
    assertThat(ids("-S", "")).isEqualTo(ids("-S", "+i,,u")).isEqualTo(ids("-S", "-"));
    FakeInvocation bad = call(1, "-S", "zz");
    assertThat(bad.outText()).isEqualTo(HEADER);
    assertThat(bad.errText()).isEqualTo("sprio: error: Invalid sort specification: z\n");
  }

  @Test
  void otherClustersAreRefused() throws Exception {
    String refusal =
        """
        sprio: error: No cluster 'nix' known by database.
        sprio: error: 'nix' can't be reached now, or it is an invalid entry for %s.  Use 'sacctmgr list clusters' to see available clusters.
        """;
    assertThat(call(1, "-M", "nix").errText()).isEqualTo(refusal.formatted("--cluster"));
    FakeInvocation variable = new FakeInvocation("sprio").as(0).with("SLURM_CLUSTERS", "nix");
    assertThat(call(1, variable).errText()).isEqualTo(refusal.formatted("SLURM_CLUSTERS"));
    assertThat(call(1, "-M", "").errText()).contains("No cluster '' known");
    assertThat(run(0, "-M", "peer")).isEqualTo(run(0, "-M", "all")).isEqualTo(run(0));
    assertThat(run(0, "--federation", "--local")).isEqualTo(run(0));
    assertThat(run(0, "--sibling", "-u", "daemon"))
        .isEqualTo(
            """
                      JOBID PARTITION  CLUSTER     USER   PRIORITY       SITE        AGE  FAIRSHARE    JOBSIZE        QOS
                      14018 main        (null)   daemon        131          0          0          0        127          0
            """);
  }

  @Test
  void aPluginWithoutFactorsHasNoneToShow() throws Exception {
    control.priorities = new PriorityBreakdown("basic", Map.of(), List.of(), "");
    for (String option : List.of("-h", "-w", "-j14011")) {
      assertThat(call(1, option).errText())
          .isEqualTo(
              """
              You are not running a supported priority plugin
              (priority/basic).
              Only 'priority/multifactor' is supported.
              """);
    }
    control.priorities = PriorityBreakdown.failed("plugin x is not there");
    assertThat(call(1).errText())
        .isEqualTo("sprio: error: Priorities can't be worked out: plugin x is not there\n");
  }

  @Test
  void othersJobsStayPrivate() throws Exception {
    QuerySnapshot open = control.snapshot;
    control.snapshot = new QuerySnapshot(PeerModel.definition(Map.of("PrivateData", "jobs")));
    control.snapshot.jobs.putAll(open.jobs);
    FakeInvocation daemon = new FakeInvocation("sprio", "-h", "-o", "%i").as(1);
    assertThat(call(0, daemon).outText()).isEqualTo("14018\n");
    assertThat(ids()).hasSize(5);
  }

  @Test
  void helpAndVersion() throws Exception {
    assertThat(run(0, "--help")).startsWith("Usage: sprio [OPTIONS]").contains("-w, --weights");
    assertThat(run(0, "--usage")).startsWith("Usage: sprio [");
    assertThat(run(0, "-V")).isNotBlank();
    assertThat(call(1, "-Q").errText())
        .isEqualTo("sprio: invalid option -- 'Q'\nTry \"sprio --help\" for more information\n");
  }
}
