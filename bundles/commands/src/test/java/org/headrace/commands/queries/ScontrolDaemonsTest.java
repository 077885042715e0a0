package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.headrace.api.model.NodeHardware;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.Operations;
import org.headrace.control.Verbosity;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.AgentReport;
import org.headrace.control.query.AgentReport.StepProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scontrol says of daemons and processes, in the words of a Slurm 22.05. */
class ScontrolDaemonsTest {
  private static final int STRANGER = 4242;
  private static final String HEADER = "PID      JOBID    STEPID   LOCALID GLOBALID\n";

  private final QueryControl control = new QueryControl(PeerModel.snapshot());
  private final DebugFlags flags = new DebugFlags();
  private final List<String> done = new ArrayList<>();
  private final long job = control.snapshot.jobs.keySet().iterator().next();

  private final Operations operations =
      new Operations() {
        @Override
        public CompletionStage<Optional<AgentReport>> ask(String node) {
          return CompletableFuture.completedFuture(
              node.equals("n1") ? Optional.of(report()) : Optional.empty());
        }

        @Override
        public void shutDown(boolean agents) {
          done.add(agents ? "all" : "controller");
        }
      };

  private final Verbosity verbosity =
      new Verbosity() {
        @Override
        public Level level() {
          return Level.INFO;
        }

        @Override
        public void level(Level level) {}

        @Override
        public void detailed(Set<Area> areas) {
          done.add(areas.isEmpty() ? "none" : EnumSet.copyOf(areas).toString());
        }
      };

  private AgentReport report() {
    return new AgentReport(
        new NodeHardware(1, 1, 2, 1, 24_105, 258_019),
        "vm",
        "22.05.8",
        PeerModel.at("2026-11-23T06:45:06Z"),
        PeerModel.at("2026-11-23T06:46:00Z"),
        1431,
        List.of(
            new StepProcess(job, -5, 1540, 0, 0),
            new StepProcess(job, -5, 1545, StepProcess.NO_TASK, StepProcess.NO_TASK),
            new StepProcess(job, 0, 1564, 0, 3)));
  }

  private FakeInvocation run(int uid, int status, String... words) throws Exception {
    FakeInvocation call = new FakeInvocation("scontrol", words).as(uid);
    assertThat(new ScontrolCommand(around()).run(call)).as(call.errText()).isEqualTo(status);
    return call;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "notify 1 ; too few arguments for keyword:notify",
        "listpids 1 n1 x ; too many arguments for keyword:listpids",
        "listpids x n1 ; \"x\" does not look like a jobid",
        "pidinfo ; missing argument for keyword:pidinfo",
        "pidinfo 7 ; Failed to locate job for requested pid",
        "show slurmd n9 ; slurm_load_slurmd_status: Connection refused",
        "shutdown x ; invalid shutdown argument:x",
        "takeover ; slurm_takeover error: Unable to contact slurm controller (connect failure)",
        "takeover 1 ; takeover: invalid backup controller index (1)",
        "takeover x y ; takeover: too many arguments",
        "token foo ; Invalid option: `foo`",
        "token lifespan=60 ; Error fetching token",
        "reboot ; Missing node list. Specify ALL|<NodeList>",
        "reboot ASAP n1 ; scontrol: error: RebootProgram isn't defined",
        "reboot asap nextstate=foo n1 ; Invalid state: foo",
        "cancel_reboot ; missing argument for keyword:cancel_reboot",
        "cancel_reboot n1 ; slurm_update error: Invalid node state specified",
        "cancel_reboot nx ; slurm_update error: Invalid node name specified",
        "setdebugflags ; too few arguments for keyword:setdebugflags",
        "setdebugflags backfill ; invalid debug flag: backfill",
        "setdebugflags +nonsense ; scontrol: error: Invalid DebugFlag: nonsense",
        "schedloglevel 1 ; slurm_set_schedlog_level error: Requested operation is presently disabled",
        "schedloglevel foo ; invalid schedlog level: foo",
      })
  void refusesInSlurmsWords(String words, String first) throws Exception {
    assertThat(run(0, 1, words.split(" ")).errText().lines().findFirst()).contains(first);
    assertThat(done).isEmpty();
  }

  @Test
  void onlyAnAdministratorEndsDaemonsOrChangesTheLog() throws Exception {
    assertThat(run(STRANGER, 1, "shutdown").errText())
        .isEqualTo("slurm_shutdown error: Invalid user id\n");
    assertThat(run(STRANGER, 1, "setdebugflags", "+backfill").errText())
        .isEqualTo("slurm_set_debug_flags error: Permission denied\n");
    assertThat(done).isEmpty();
    run(0, 0, "shutdown");
    run(0, 0, "shutdown", "controller");
    run(0, 0, "shutdown", "slurmctld");
    assertThat(done).containsExactly("all", "controller", "controller");
  }

  private Around around() {
    return new Around(
        control, null, null, verbosity, operations, flags, PeerModel.clock("2026-11-23T06:47:18Z"));
  }

  @Test
  void debugFlagsLastAndAreShown() throws Exception {
    run(0, 0, "setdebugflags", "+backfill");
    run(0, 0, "setdebugflags", "+Agent");
    assertThat(run(0, 0, "show", "config").outText())
        .contains("DebugFlags              = Agent,Backfill\n");
    run(0, 0, "setdebugflags", "-backfill,Agent");
    assertThat(run(0, 0, "show", "config").outText())
        .contains("DebugFlags              = (null)\n");
    assertThat(done).containsExactly("[PLANNING]", "[PLANNING, NODES]", "none");
  }

  @Test
  void configuredDebugFlagsAreInForceFromTheStart() throws Exception {
    configure("Gres,Backfill");
    new ScontrolCommand(control, null, verbosity, operations);
    assertThat(done).containsExactly("[PLANNING, GRES]");
  }

  @Test
  void whoeverHasTheConfigurationReadAgainReplacesDebugFlagsThatWereSet() throws Exception {
    run(0, 0, "setdebugflags", "+agent");
    configure("Priority");
    new ScontrolCommand(around()).inForce(Map.of("DebugFlags", "Priority"));
    assertThat(run(0, 0, "show", "config").outText())
        .contains("DebugFlags              = Priority\n");
    assertThat(done).containsExactly("[NODES]", "[PRIORITY]");
  }

  @Test
  void aRefusedConfigurationIsReported() throws Exception {
    control.answers = command -> new Outcome.Rejected(ErrorCode.CONFIGURATION_INVALID, "no");
    assertThat(run(0, 1, "reconfigure").errText()).startsWith("slurm_reconfigure error: ");
  }

  private void configure(String debugFlags) {
    control.snapshot =
        new QuerySnapshot(
            PeerModel.definition(
                Map.of("ClusterName", "peer", "SlurmctldHost", "vm", "DebugFlags", debugFlags)));
  }

  @Test
  void aMessageGoesToTheJob() throws Exception {
    run(0, 0, "notify", "12", "hello", "there");
    assertThat(control.commands)
        .containsExactly(new Command.NotifyJob(JobTarget.of(12), "hello there"));
    control.answers = command -> new Outcome.Rejected(ErrorCode.INVALID_JOB_ID, "");
    assertThat(run(0, 1, "notify", "99999", "hello").errText())
        .isEqualTo("job notify failure: Invalid job id specified\n");
    control.answers = command -> new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "not yours");
    assertThat(run(STRANGER, 1, "notify", "12", "hello").errText())
        .isEqualTo("job notify failure: Invalid user id\nscontrol: error: not yours\n");
  }

  @Test
  void processesAreListedByStep() throws Exception {
    String id = "%-8d".formatted(job);
    assertThat(run(0, 0, "listpids", job + ".0", "n1").outText())
        .isEqualTo(HEADER + "1564     " + id + " 0        0       3       \n");
    assertThat(run(0, 0, "listpids", "*", "n1").outText())
        .isEqualTo(
            HEADER
                + "1540     "
                + id
                + " batch    0       0       \n"
                + "1545     "
                + id
                + " batch    -       -       \n"
                + "1564     "
                + id
                + " 0        0       3       \n");
    FakeInvocation none = run(0, 1, "listpids", job + ".7", "n1");
    assertThat(none.outText()).isEqualTo(HEADER);
    assertThat(none.errText()).isEqualTo("StepId=" + job + ".7 does not exist on node n1.\n");
  }

  @Test
  void anAgentSaysWhatItIs() throws Exception {
    assertThat(run(0, 0, "show", "slurmd", "n1").outText())
        .isEqualTo(
            "Active Steps             = %1$d, %1$d.0\n".formatted(job)
                + """
                Actual CPUs              = 2
                Actual Boards            = 1
                Actual sockets           = 1
                Actual cores             = 2
                Actual threads per core  = 1
                Actual real memory       = 24105 MB
                Actual temp disk space   = 258019 MB
                Boot time                = 2026-11-23T06:45:06
                Hostname                 = n1
                Last slurmctld msg time  = 2026-11-23T06:46:00
                Slurmd PID               = 1431
                Slurmd Debug             = 3
                Slurmd Logfile           = (null)
                Version                  = 22.05.8

                """);
  }
}
