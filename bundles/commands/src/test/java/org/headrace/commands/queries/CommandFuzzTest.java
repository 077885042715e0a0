package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.headrace.commands.internal.explain.SwhyCommand;
import org.headrace.commands.internal.sacct.SacctCommand;
import org.headrace.commands.internal.sacctmgr.SacctmgrCommand;
import org.headrace.commands.internal.salloc.SallocCommand;
import org.headrace.commands.internal.sbatch.SbatchCommand;
import org.headrace.commands.internal.scancel.ScancelCommand;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.internal.sdiag.SdiagCommand;
import org.headrace.commands.internal.sinfo.SinfoCommand;
import org.headrace.commands.internal.sprio.SprioCommand;
import org.headrace.commands.internal.squeue.SqueueCommand;
import org.headrace.commands.internal.sreport.SreportCommand;
import org.headrace.commands.internal.srun.SrunCommand;
import org.headrace.commands.internal.sshare.SshareCommand;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.PlanningFigures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is on the command line, a command ends by itself, soon, and with an exit status. */
class CommandFuzzTest {
  private static final int CASES = 2_000;
  private static final long SEED = 20_261_123;
  private static final int SECONDS = 30;
  private static final int MOST_OUTPUT = 4 << 20;
  private static final String NOW = "2026-11-23T03:00:00Z";
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-zA-Z0-9-]*");
  private static final String LONG = "x".repeat(20_000);
  private static final String DEEP = "[".repeat(5_000);

  private static final Diagnostics NO_FIGURES =
      new Diagnostics(
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          Map.of(),
          Map.of(),
          Map.of(),
          PlanningFigures.NONE);

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "0",
          "1",
          "-1",
          "2",
          "7",
          "99999",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999",
          "-9223372036854775808",
          "0x10",
          "1e9",
          "1-2",
          "2-1",
          "1-",
          "-",
          "--",
          "1,2,3",
          ",",
          ",,,",
          "1:2:3:4:5",
          ":",
          "1-1:1:1",
          "infinite",
          "UNLIMITED",
          "now",
          "now+1hour",
          "tomorrow",
          "noon",
          "2026-13-45",
          "2026-02-30T25:61:61",
          "1K",
          "1M",
          "1T",
          "999999P",
          "-5G",
          "1.5G",
          "n1",
          "n[1-3]",
          "n[1-4000000000]",
          "n[1-99999][1-99999][1-99999]",
          "n[",
          "n]",
          "n[1",
          "n[a-b]",
          "n[0001-9]",
          "n[3-1]",
          DEEP,
          "[[1-2]]",
          "gpu",
          "gpu:1",
          "gpu:a100:2,gpu",
          "gpu:-1",
          "gres/gpu:99999999999",
          "a|b&c",
          "[a*2&b*3]",
          "(((",
          "a&&b",
          "!a",
          "afterok:1",
          "afterok:1:2?afterany:3",
          "after:1+99999",
          "singleton",
          "afterok:",
          "afterok",
          "1_[1-3]",
          "1_2",
          "1_",
          "_1",
          "1_[",
          "1.batch",
          "1.0",
          "1.99999999999",
          "0-10",
          "0-10%2",
          "1-4000000000",
          "1-10:0",
          "1-10:-1",
          "%i",
          "%.18i",
          "%999999999i",
          "%-5",
          "%",
          "%%",
          "%.",
          "%:.5,Name:999999999",
          "JobID:10,Name:.5",
          "all",
          "ALL,NONE",
          "NONE",
          "A=B,C",
          "=",
          "A=",
          "=B",
          "root",
          "0",
          "ada",
          "user\nname",
          "\u0000",
          "\u001b[31m",
          "ünïcode",
          "\ud800",
          "🐙",
          "../../etc/passwd",
          "/etc/shadow",
          "/dev/zero",
          "-",
          "job.sh",
          "%A_%a.out",
          "%1000000000j",
          "\\",
          "'",
          "\"",
          "$(id)",
          "`id`",
          ";",
          "&",
          "TERM",
          "SIGKILL",
          "B:USR1@60",
          "USR1@99999999999",
          "65",
          "json",
          "yaml",
          "v0.0.99",
          LONG);

  private static final List<String> WORDS =
      List.of(
          "show",
          "update",
          "hold",
          "release",
          "requeue",
          "requeuehold",
          "suspend",
          "resume",
          "ping",
          "write",
          "batch_script",
          "create",
          "delete",
          "reconfigure",
          "help",
          "version",
          "details",
          "oneliner",
          "top",
          "uhold",
          "hostlist",
          "hostnames",
          "hostlistsorted",
          "config",
          "job",
          "jobs",
          "node",
          "nodes",
          "partition",
          "step",
          "daemons",
          "explain",
          "plugins",
          "topology",
          "setdebug",
          "shutdown",
          "takeover",
          "JobId=1",
          "JobId=",
          "JobId=1_[1-9999999999]",
          "NodeName=n1",
          "NodeName=n[1-",
          "PartitionName=debug",
          "State=DRAIN",
          "State=",
          "Reason=",
          "Reason=" + LONG,
          "TimeLimit=+9999999999999",
          "TimeLimit=-1",
          "Priority=-1",
          "Nice=x",
          "NumNodes=0-",
          "Gres=gpu:x",
          "Features=(((",
          "Dependency=x:",
          "StartTime=x",
          "==",
          "a=b=c",
          "reset",
          "job.sh",
          "true",
          "./a.out",
          "1",
          "1_2",
          "1.0",
          "1.batch",
          "99999",
          "n1");

  private final ExecutorService thread = Executors.newCachedThreadPool(CommandFuzzTest::daemon);

  private static Thread daemon(Runnable run) {
    Thread made = new Thread(run, "fuzz");
    made.setDaemon(true);
    return made;
  }

  @AfterEach
  void end() {
    thread.shutdownNow();
  }

  /** What is behind a command; a new one for each case. */
  private static Supplier<UserCommand> command(String name, boolean refusing) {
    QueryControl state = new QueryControl(PeerModel.snapshot());
    state.files = new JobFiles("#!/bin/sh\n".getBytes(), new byte[0]);
    state.diagnostics = NO_FIGURES;
    state.answers = command -> refusing ? refusal() : Outcome.DONE;
    FakeControl control = new FakeControl().startingJobs();
    if (refusing) {
      control.answering(command -> refusal());
    }
    return () ->
        switch (name) {
          case "sinfo" -> new SinfoCommand(state, PeerModel.clock(NOW));
          case "squeue" -> new SqueueCommand(state, PeerModel.clock(NOW));
          case "sacct" -> new SacctCommand(state, query -> List.of(), PeerModel.clock(NOW));
          case "sacctmgr" -> new SacctmgrCommand(state, query -> List.of());
          case "sreport" -> new SreportCommand(state, query -> List.of());
          case "swhy" -> new SwhyCommand(state, PeerModel.clock(NOW));
          case "sprio" -> new SprioCommand(state);
          case "sshare" -> new SshareCommand(state);
          case "sdiag" -> new SdiagCommand(state, PeerModel.clock(NOW));
          case "scontrol" ->
              new ScontrolCommand(
                  new Around(
                      state, null, null, null, null, new DebugFlags(), PeerModel.clock(NOW)));
          case "scancel" -> new ScancelCommand(control);
          case "sbatch" -> new SbatchCommand(control);
          case "salloc" -> new SallocCommand(control);
          case "srun" -> new SrunCommand(control, new FakeStreams());
          default -> throw new IllegalArgumentException(name);
        };
  }

  private static Outcome refusal() {
    return new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "not yours");
  }

  /** The options that a command has, by its own help. */
  private static List<String> options(String name) throws Exception {
    TreeSet<String> options = new TreeSet<>();
    for (String help : List.of("--help", "--usage")) {
      FakeInvocation call = new FakeInvocation(name, help);
      command(name, false).get().run(call);
      OPTION
          .matcher(call.outText() + call.errText())
          .results()
          .forEach(r -> options.add(r.group()));
    }
    assertThat(options).as("options of " + name).hasSizeGreaterThan(2);
    options.remove("--iterate"); // by its nature it ends with its client only
    options.remove("-i");
    return List.copyOf(options);
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String anything(Random random) {
    char[] text = new char[random.nextInt(12)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (char) (random.nextInt(10) == 0 ? random.nextInt(0x1_0000) : random.nextInt(0x80));
    }
    return new String(text);
  }

  private static List<String> line(Random random, List<String> options) {
    List<String> words = new ArrayList<>();
    if (random.nextBoolean()) { // one option alone gets further than many
      words.add(pick(random, options) + "=" + pick(random, VALUES));
      words.addAll(random.nextBoolean() ? List.of("job.sh") : List.of("show", "job"));
      return words;
    }
    for (int left = random.nextInt(7); left > 0; left--) {
      String option = pick(random, options);
      switch (random.nextInt(8)) {
        case 0 -> words.add(option);
        case 1, 2 -> words.add(option + "=" + pick(random, VALUES));
        case 3 -> words.addAll(List.of(option, pick(random, VALUES)));
        case 4 -> words.add(pick(random, VALUES));
        case 5 -> words.add(option + anything(random));
        default -> words.add(pick(random, WORDS));
      }
    }
    return words;
  }

  private static FakeInvocation call(Random random, String name, List<String> options) {
    List<String> words = line(random, options);
    FakeInvocation call =
        new FakeInvocation(name, words.toArray(String[]::new)).as(random.nextInt(3) * 500);
    StringBuilder script = new StringBuilder(random.nextInt(9) == 0 ? "" : "#!/bin/sh\n");
    for (int i = random.nextInt(4); i > 0; i--) {
      script.append("#SBATCH ").append(String.join(" ", line(random, options))).append('\n');
    }
    call.file("job.sh", script + "true\n").input(script + "show job\nexit\n");
    call.file("/home/ada/work/job.sh", script + "true\n");
    if (random.nextInt(4) == 0) {
      String prefix = pick(random, List.of("SBATCH_", "SLURM_", "SALLOC_", "SQUEUE_", "SINFO_"));
      String key =
          pick(
              random,
              List.of("FORMAT", "TIMELIMIT", "NTASKS", "GRES", "EXIT_ERROR", "CONF", "MEM"));
      call.with(prefix + key, pick(random, VALUES)).with("SLURM_TIME_FORMAT", pick(random, VALUES));
    }
    call.endChild(random.nextBoolean() ? 0 : random.nextInt(256));
    if (!name.equals("salloc")) { // whose program has ended already
      call.disconnect();
    }
    return call;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sinfo",
        "squeue",
        "sacct",
        "sdiag",
        "sacctmgr",
        "sreport",
        "swhy",
        "sshare",
        "sprio",
        "scontrol",
        "scancel",
        "sbatch",
        "salloc",
        "srun"
      })
  void everyCommandLineEndsWithAnExitStatus(String name) throws Exception {
    List<String> options = options(name);
    List<String> problems = new ArrayList<>();
    int good = 0;
    for (int i = 0; i < CASES && problems.size() < 20; i++) {
      Random random = new Random(SEED + i);
      FakeInvocation call = call(random, name, options);
      UserCommand command = command(name, random.nextInt(3) == 0).get();
      String shown = i + ": " + name + " " + brief(call.arguments().toString());
      Future<Integer> run = thread.submit(() -> command.run(call));
      try {
        int status = run.get(SECONDS, TimeUnit.SECONDS);
        good += status == 0 ? 1 : 0;
        int length = call.outText().length() + call.errText().length();
        if (status < 0 || status > 255 || length > MOST_OUTPUT) {
          problems.add(shown + " -> status " + status + ", " + length + " characters");
        }
      } catch (ExecutionException e) {
        problems.add(shown + " -> " + trace(e.getCause()));
      } catch (TimeoutException e) {
        problems.add(shown + " -> no end in " + SECONDS + " s");
        run.cancel(true);
      }
    }
    assertThat(problems).as(String.join("\n", problems)).isEmpty();
    assertThat(good).as("some of it is understood").isBetween(CASES / 400, CASES - CASES / 50);
  }

  private static String brief(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private static String trace(Throwable fault) {
    StringBuilder text = new StringBuilder(brief(fault.toString()));
    for (int i = 0; i < Math.min(4, fault.getStackTrace().length); i++) {
      text.append("\n    at ").append(fault.getStackTrace()[i]);
    }
    return text.toString();
  }

  /** Neither the script nor anything else of another's files is for those whose they aren't. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "text"})
  void anothersScriptIsNotShown(String form) throws Exception {
    QueryControl state = new QueryControl(PeerModel.snapshot());
    state.files = new JobFiles("#!/bin/sh\necho SECRET\n".getBytes(), "TOKEN=SECRET\0".getBytes());
    for (long job : state.snapshot.jobs.keySet()) {
      boolean mine = state.snapshot.jobs.get(job).spec().owner().uid() == 4_242;
      assertThat(mine).isFalse();
      String id = Long.toString(job);
      List<FakeInvocation> calls =
          form.equals("json")
              ? List.of(
                  new FakeInvocation("scontrol", "show", "job", id, "--json"),
                  new FakeInvocation("scontrol", "--yaml", "show", "job", id))
              : List.of(
                  new FakeInvocation("scontrol", "write", "batch_script", id, "-"),
                  new FakeInvocation("scontrol", "write", "batch_script", id),
                  new FakeInvocation("scontrol", "-dd", "show", "job", id),
                  new FakeInvocation("scontrol", "-o", "-d", "show", "job", id));
      for (FakeInvocation call : calls) {
        call.as(4_242).endChild(0);
        new ScontrolCommand(
                new Around(state, null, null, null, null, new DebugFlags(), PeerModel.clock(NOW)))
            .run(call);
        assertThat(call.outText() + call.errText() + call.childArguments())
            .as(call.arguments().toString())
            .doesNotContain("SECRET");
      }
    }
    long some = state.snapshot.jobs.keySet().iterator().next();
    FakeInvocation root =
        new FakeInvocation("scontrol", "write", "batch_script", "" + some, "-").as(0);
    new ScontrolCommand(
            new Around(state, null, null, null, null, new DebugFlags(), PeerModel.clock(NOW)))
        .run(root);
    assertThat(root.outText()).contains("SECRET");
    assertThat(state.commands).isEmpty();
  }
}
