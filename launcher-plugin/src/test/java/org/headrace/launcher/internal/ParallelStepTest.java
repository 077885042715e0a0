package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tasks that find each other by the process management interface. What the supervisor answers is
 * what a Slurm 22.05 was seen to answer; what tasks say is said by a script, so that no MPI is
 * needed.
 */
class ParallelStepTest extends LauncherHarness {
  private static final StepKey KEY = new StepKey(6, 0);
  private static final String INIT = "cmd=init pmi_version=1 pmi_subversion=1";
  private static final String INIT2 = "cmd=init pmi_version=2 pmi_subversion=0";

  private Path client;

  @BeforeEach
  void writeClient() throws IOException {
    client = work.resolve("pmi-client.sh");
    try (InputStream script = getClass().getResourceAsStream("/pmi-client.sh")) {
      Files.copy(script, client);
    }
  }

  /** Tasks that run a script, of a program that has as many on other nodes as {@code size} says. */
  private OrderBuilder tasks(int here, int size, int nodes, String... lines) {
    TaskOrder[] orders = new TaskOrder[here];
    for (int i = 0; i < here; i++) {
      orders[i] = streaming(i);
    }
    String script = ". " + client + "\n" + String.join("\n", lines);
    OrderBuilder order = order(command("bash", "-c", script)).key(6, 0).tasks(orders);
    order.world = new ParallelWorld("6.0", size, 0, nodes, "(vector,(0," + nodes + ",1))");
    return order;
  }

  private OrderBuilder tasks(int count, String... lines) {
    return tasks(count, count, 1, lines);
  }

  private List<String> lines(int rank) {
    return listener.output(KEY, rank).lines().toList();
  }

  private String errors() {
    return listener.output(KEY, 0, OutputKind.STDERR);
  }

  @Test
  void tasksOfANodeExchangePairsByPmi1() {
    StepResult result =
        tasks(
                2,
                "say '" + INIT + "'",
                "say cmd=get_maxes; say cmd=get_appnum; say cmd=get_universe_size",
                "say cmd=get_my_kvsname",
                "say 'cmd=get kvsname=6.0 key=PMI_process_mapping'",
                "say \"cmd=put kvsname=6.0 key=k$PMI_RANK value=v$PMI_RANK\"",
                "say cmd=barrier_in",
                "say \"cmd=get kvsname=6.0 key=k$((1 - PMI_RANK))\"",
                "say 'cmd=get kvsname=6.0 key=none'",
                "say 'cmd=lookup_name service=x'",
                "say cmd=finalize")
            .run();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS, ExitStatus.SUCCESS);
    for (int rank = 0; rank < 2; rank++) {
      assertThat(lines(rank))
          .containsExactly(
              "cmd=response_to_init rc=0 pmi_version=1 pmi_subversion=1",
              "cmd=maxes rc=0 kvsname_max=256 keylen_max=64 vallen_max=1024",
              "cmd=appnum rc=0 appnum=-1",
              "cmd=universe_size rc=0 size=2",
              "cmd=my_kvsname rc=0 kvsname=6.0",
              "cmd=get_result rc=0 value=(vector,(0,1,1))",
              "cmd=put_result rc=0",
              "cmd=barrier_out rc=0",
              "cmd=get_result rc=0 value=v" + (1 - rank),
              "cmd=get_result rc=1",
              "cmd=lookup_result info=fail",
              "cmd=finalize_ack rc=0");
    }
  }

  @Test
  void tasksOfANodeExchangePairsByPmi2() {
    StepResult result =
        tasks(
                2,
                "say '" + INIT2 + "'",
                "say2 'cmd=fullinit;pmijobid=6.0;pmirank='$PMI_RANK';threaded=FALSE;'",
                "say2 'cmd=job-getid;'",
                "say2 'cmd=info-getjobattr;key=PMI_process_mapping;'",
                "say2 'cmd=info-getjobattr;key=universeSize;'",
                "say2 'cmd=info-getjobattr;key=nosuch;'",
                "[ $PMI_RANK = 0 ] || ask2 'cmd=info-putnodeattr;key=seg;value=a b;'",
                "say2 'cmd=info-getnodeattr;key=seg;wait=TRUE;'",
                "say2 \"cmd=kvs-put;key=k$PMI_RANK;value=a;;b$PMI_RANK;thrid=3;\"",
                "say2 'cmd=kvs-fence;'",
                "say2 \"cmd=kvs-get;jobid=6.0;srcid=-1;key=k$((1 - PMI_RANK));\"",
                "say2 'cmd=kvs-get;jobid=6.0;srcid=-1;key=nokey;'",
                "say2 'cmd=spawn;ncmds=1;'",
                "say2 'cmd=finalize;'")
            .run();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS, ExitStatus.SUCCESS);
    for (int rank = 0; rank < 2; rank++) {
      assertThat(lines(rank))
          .containsExactly(
              "cmd=response_to_init rc=0 pmi_version=2 pmi_subversion=0",
              "cmd=fullinit-response;rc=0;pmi-version=2;pmi-subversion=0;rank="
                  + rank
                  + ";size=2;appnum=-1;debugged=FALSE;pmiverbose=FALSE;",
              "cmd=job-getid-response;rc=0;jobid=6.0;",
              "cmd=info-getjobattr-response;rc=0;found=TRUE;value=(vector,(0,1,1));",
              "cmd=info-getjobattr-response;rc=0;found=TRUE;value=2;",
              "cmd=info-getjobattr-response;rc=0;found=FALSE;",
              "cmd=info-getnodeattr-response;rc=0;found=TRUE;value=a b;",
              "cmd=kvs-put-response;thrid=3;rc=0;",
              "cmd=kvs-fence-response;rc=0;",
              "cmd=kvs-get-response;rc=0;found=TRUE;value=a;;b" + (1 - rank) + ";",
              "cmd=kvs-get-response;rc=0;found=FALSE;",
              "cmd=spawn-response;rc=1;errmsg=not supported;",
              "cmd=finalize-response;rc=0;");
    }
  }

  @Test
  void whatTasksAreToldIsInTheirEnvironment() {
    OrderBuilder order =
        tasks(2, 8, 4, "echo $PMI_RANK $PMI_SIZE $PMI_JOBID $((PMI_FD >= 10))")
            .env("PMI_RANK", "of an outer program");
    order.world = new ParallelWorld("6.0", 8, 4, 4, "");
    order.run();
    assertThat(lines(1)).containsExactly("5 8 6.0 1");
  }

  @Test
  void tasksThatAreNoParallelProgramAreToldNothing() {
    OrderBuilder order = tasks(1, "echo \"[$PMI_FD$PMI_RANK$PMI_SIZE]\"");
    order.world = ParallelWorld.NONE;
    order.run();
    assertThat(lines(0)).containsExactly("[]");
  }

  @Test
  void anotherProgramOfTheSameTaskBeginsAnew() {
    StepResult result =
        tasks(
                2,
                "ask '" + INIT2 + "'; ask2 'cmd=fullinit;'; ask2 'cmd=kvs-fence;'",
                "ask2 'cmd=finalize;'",
                "say '" + INIT + "'; say cmd=barrier_in; say cmd=finalize")
            .run();
    assertThat(result.tasks()).containsOnly(ExitStatus.SUCCESS);
    assertThat(lines(1)).hasSize(3).contains("cmd=barrier_out rc=0");
  }

  @Test
  void whatAllNodesBringComesToEachTask() {
    tasks(
            2,
            4,
            2,
            "ask '" + INIT + "'",
            "ask \"cmd=put kvsname=6.0 key=k$PMI_RANK value=v$PMI_RANK\"",
            "ask cmd=barrier_in",
            "say 'cmd=get kvsname=6.0 key=k3'",
            "say 'cmd=get kvsname=6.0 key=k1'",
            "ask cmd=barrier_in; ask cmd=finalize")
        .launch();
    listener.await("share of the first fence", () -> listener.shares(KEY).size() == 1);
    byte[] ours = listener.shares(KEY).get(1);
    assertThat(text(ours)).contains("k0v0", "k1v1");
    assertThat(listener.hasEnded(KEY)).isFalse();
    // A result of another fence counts for nothing, nor does the same one twice.
    launcher.fenced(KEY, 2, pairs("k3", "wrong"));
    byte[] all = join(ours, pairs("k3", "v3"));
    launcher.fenced(KEY, 1, all);
    launcher.fenced(KEY, 1, pairs("k3", "wrong"));
    listener.await("word that it is over", () -> listener.passed(KEY).contains(1));
    listener.await("share of the second fence", () -> listener.shares(KEY).size() == 2);
    assertThat(listener.shares(KEY).get(2)).isEmpty();
    launcher.fenced(KEY, 2, new byte[0]);
    assertThat(listener.awaitEnded(KEY).tasks())
        .containsExactly(ExitStatus.SUCCESS, ExitStatus.SUCCESS);
    assertThat(lines(0))
        .containsExactly("cmd=get_result rc=0 value=v3", "cmd=get_result rc=0 value=v1");
  }

  @Test
  void aNewAgentIsToldWhatTheNodeBrings() throws IOException {
    tasks(
            1,
            2,
            2,
            "ask '" + INIT + "'; ask 'cmd=put kvsname=6.0 key=a value=b'; ask cmd=barrier_in",
            "ask 'cmd=put kvsname=6.0 key=c value=d'; ask cmd=barrier_in; say cmd=finalize")
        .launch();
    listener.await("share of the first fence", () -> listener.shares(KEY).containsKey(1));
    launcher.fenced(KEY, 1, listener.shares(KEY).get(1));
    listener.await("share of the second fence", () -> listener.shares(KEY).containsKey(2));
    launcher.close();
    listener = new RecordingListener();
    launcher = open();
    launcher.recover(listener);
    listener.await("both shares", () -> listener.shares(KEY).size() == 2);
    assertThat(text(listener.shares(KEY).get(1))).contains("ab");
    assertThat(text(listener.shares(KEY).get(2))).contains("cd");
    assertThat(listener.passed(KEY)).containsExactly(1);
    launcher.fenced(KEY, 2, new byte[0]);
    assertThat(listener.awaitEnded(KEY).tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(lines(0)).containsExactly("cmd=finalize_ack rc=0");
  }

  @Test
  void muchThatIsBroughtComesWhole() {
    String value = "x".repeat(1000);
    tasks(
            1,
            2,
            2,
            "ask '" + INIT + "'; v=" + value,
            "for i in {1..900}; do ask \"cmd=put kvsname=6.0 key=k$i value=$v\"; done",
            "ask cmd=barrier_in; say 'cmd=get kvsname=6.0 key=far2000'; ask cmd=finalize")
        .launch();
    listener.await("share", () -> listener.shares(KEY).containsKey(1));
    assertThat(listener.shares(KEY).get(1)).hasSizeBetween(900_000, 910_000);
    List<byte[]> all = new ArrayList<>(List.of(listener.shares(KEY).get(1)));
    for (int i = 1; i <= 2000; i++) {
      all.add(pairs("far" + i, value));
    }
    launcher.fenced(KEY, 1, join(all.toArray(new byte[0][])));
    listener.awaitEnded(KEY);
    assertThat(lines(0)).containsExactly("cmd=get_result rc=0 value=" + value);
  }

  /** What a task may say that makes no sense costs its step, and nothing else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf 'nonsense\\n'",
        "printf 'cmd=nosuch\\n'",
        "printf 'key=a cmd=put\\n'",
        "printf 'cmd=put\\0 key=a value=b\\n'",
        "head -c 70000 /dev/zero | tr '\\0' x",
        "printf 'mcmd=spawn\\n'; head -c 70000 /dev/zero | tr '\\0' x",
        "{ printf 'cmd=put'; for i in {1..100}; do printf ' f%d=1' $i; done; echo; }",
        "printf 'cmd=init pmi_version=2\\n'; printf '%6d%s' -5 abcde",
        "printf 'cmd=init pmi_version=2\\n'; printf '999999abc'",
        "printf 'cmd=init pmi_version=2\\n'; printf '     0'",
        "printf 'cmd=init pmi_version=2\\n'; printf '5 5   '",
        "printf 'cmd=init pmi_version=2\\n'; printf '0x10  cmd=fullinit;...'",
        "printf 'cmd=init pmi_version=2\\n'; printf '5     abcde'",
        "printf 'cmd=init pmi_version=2\\n'; printf '10    x=1;cmd=a;'",
        "printf 'cmd=init pmi_version=2\\n'; printf '12    cmd=nosuchs;'",
        "printf 'cmd=init pmi_version=2\\n'; printf '12    cmd=a;b;c=d;'",
      })
  void nonsenseEndsTheStepWithAWord(String nonsense) {
    StepResult result =
        tasks(2, "if [ $PMI_RANK = 1 ]; then { " + nonsense + "; } >&$PMI_FD; fi", "sleep 100")
            .run();
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, 9), new ExitStatus(0, 9));
    assertThat(errors())
        .contains("slurmstepd: error: mpi/pmi2: task 1 sends what is no request of PMI-");
    listener.await("word for the other nodes", () -> !listener.aborted(KEY).isEmpty());
  }

  /** What can't be put is refused; the program decides what follows from that. */
  @Test
  void whatIsTooLongIsRefused() {
    String longKey = "k".repeat(64);
    String longValue = "v".repeat(1024);
    tasks(
            1,
            "ask '" + INIT + "'",
            "say 'cmd=put kvsname=6.0 key=" + longKey + " value=a'",
            "say 'cmd=put kvsname=6.0 key= value=a'",
            "say 'cmd=put kvsname=6.0 key=a value=" + longValue + "'",
            "say 'cmd=put kvsname=6.0 key=a'",
            "say 'cmd=get kvsname=6.0'",
            "say 'cmd=init pmi_version=9'",
            "say 'cmd=init'")
        .run();
    assertThat(lines(0))
        .containsExactly(
            "cmd=put_result rc=-1 msg=key_empty_or_too_long",
            "cmd=put_result rc=-1 msg=key_empty_or_too_long",
            "cmd=put_result rc=-1 msg=value_too_long",
            "cmd=put_result rc=-1 msg=no_key_or_value",
            "cmd=get_result rc=1",
            "cmd=response_to_init rc=-1 pmi_version=2 pmi_subversion=0",
            "cmd=response_to_init rc=-1 pmi_version=2 pmi_subversion=0");
  }

  @Test
  void moreThanANodeMayBringEndsTheStep() {
    String value = "x".repeat(1000);
    tasks(
            1,
            "ask '" + INIT + "'; v=" + value + "; cat <&$PMI_FD > /dev/null &",
            "for i in {1..5000}; do printf 'cmd=put kvsname=a key=k value=%s\\n' $v; done >&$PMI_FD",
            "sleep 100")
        .run();
    assertThat(errors()).contains("put more than 4194304 bytes of keys and values");
  }

  /** A task that doesn't read its answers is not listened to, and holds nobody up. */
  @Test
  void whoDoesNotReadHoldsNobodyUp() {
    tasks(
            2,
            "if [ $PMI_RANK = 1 ]; then",
            "  while :; do echo cmd=get_maxes; done >&$PMI_FD",
            "fi",
            "ask '" + INIT + "'; for i in {1..50}; do ask cmd=get_maxes; done; echo done",
            "sleep 100")
        .launch();
    listener.await("the other task", () -> lines(0).contains("done"));
    assertThat(listener.hasEnded(KEY)).isFalse();
  }

  @Test
  void anAbortEndsAllAndTheTaskThatAskedForItEndsWithItsCode() {
    StepResult result =
        tasks(
                2,
                "ask '" + INIT + "'",
                "if [ $PMI_RANK = 1 ]; then echo 'cmd=abort exitcode=7' >&$PMI_FD; fi",
                "sleep 100")
            .run();
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, 9), new ExitStatus(7, 0));
    assertThat(errors())
        .isEqualTo("slurmstepd: error: mpi/pmi2: task 1 aborts the step with exit code 7\n");
    assertThat(listener.aborted(KEY)).contains("task 1 aborts the step with exit code 7");
  }

  @Test
  void anAbortOfATaskThatExitsAtOnceIsHeard() {
    tasks(
            2,
            "ask '" + INIT2 + "'; ask2 'cmd=fullinit;'",
            "[ $PMI_RANK = 0 ] || printf '%-6d%s' 30 'cmd=abort;isworld=TRUE;msg=why;' >&$PMI_FD",
            "[ $PMI_RANK = 1 ] || sleep 100",
            "exit 3")
        .run();
    assertThat(errors()).contains("task 1 aborts the step with exit code 1: why\n");
  }

  @Test
  void aTaskThatFailsBeforeItFinalizesTakesTheOthersWithIt() {
    StepResult result =
        tasks(2, "ask '" + INIT + "'", "[ $PMI_RANK = 0 ] || exit 5", "sleep 100").run();
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, 9), new ExitStatus(5, 0));
    assertThat(errors()).contains("task 1 ended with exit code 5 without having finalized");
  }

  @Test
  void aTaskThatIsMissingInABarrierIsFoundThere() {
    tasks(2, "[ $PMI_RANK = 0 ] || exit 0", "ask '" + INIT + "'; ask cmd=barrier_in; sleep 100")
        .run();
    assertThat(errors()).contains("task 0 waits in a barrier for task 1, which has ended");
  }

  @Test
  void aTaskThatFailsAfterwardsIsItsOwnMatter() {
    StepResult result =
        tasks(
                2,
                "ask '" + INIT + "'; ask cmd=barrier_in; ask cmd=finalize",
                "[ $PMI_RANK = 0 ] || exit 5",
                "echo on; exit 0")
            .run();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS, new ExitStatus(5, 0));
    assertThat(errors()).isEmpty();
  }

  /** Who is told to end may take time for it, whichever task ends first. */
  @Test
  void afterASignalToEndEachTaskTakesItsTime() {
    tasks(
            2,
            "ask '" + INIT + "'",
            "trap 'echo saved; exit 0' TERM",
            "[ $PMI_RANK = 0 ] || { trap - TERM; exec sleep 100; }",
            "echo ready; while :; do read -t 1 line <> <(:); done")
        .launch();
    listener.await("trap", () -> lines(0).contains("ready"));
    launcher.signal(KEY, 15, SignalScope.ALL_PROCESSES);
    StepResult result = listener.awaitEnded(KEY);
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS, new ExitStatus(0, 15));
    assertThat(lines(0)).endsWith("saved");
  }

  /** A signal that the program handles is no end: its tasks depend on each other as before. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15})
  void whoHandlesASignalAndGoesOnIsWatchedAsBefore(int signal) {
    tasks(
            2,
            "ask '" + INIT + "'",
            "trap 'echo handled; caught=1' HUP INT TERM",
            "echo ready; until [ $caught ]; do read -t 1 line <> <(:); done",
            "[ $PMI_RANK = 1 ] || { ask cmd=barrier_in; sleep 100; }",
            "exit 0")
        .launch();
    listener.await("traps", () -> lines(0).contains("ready") && lines(1).contains("ready"));
    launcher.signal(KEY, signal, SignalScope.TASKS);
    StepResult result = listener.awaitEnded(KEY);
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, 9), ExitStatus.SUCCESS);
    assertThat(errors()).contains("task 0 waits in a barrier for task 1, which has ended");
  }

  /** What a signal ends takes the others along once those that end by it have had their time. */
  @Test
  void whoIsEndedByASignalThatOthersSurviveIsMissed() {
    tasks(
            2,
            "ask '" + INIT + "'",
            "[ $PMI_RANK = 1 ] && exec sleep 100",
            "trap 'echo handled' INT",
            "echo ready; while :; do read -t 1 line <> <(:); done")
        .launch();
    listener.await("trap", () -> lines(0).contains("ready"));
    launcher.signal(KEY, 2, SignalScope.TASKS);
    StepResult result = listener.awaitEnded(KEY);
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, 9), new ExitStatus(0, 2));
    assertThat(errors()).contains("task 1 was ended by signal 2 without having finalized");
  }

  @Test
  void aStepThatCanNotGoOnIsEndedFromOutside() {
    tasks(2, 4, 2, "ask '" + INIT + "'; ask cmd=barrier_in; sleep 100").launch();
    listener.await("share", () -> listener.shares(KEY).containsKey(1));
    launcher.fail(KEY, "node n2 has gone");
    assertThat(listener.awaitEnded(KEY).tasks()).containsOnly(new ExitStatus(0, 9));
    assertThat(errors()).isEqualTo("slurmstepd: error: mpi/pmi2: node n2 has gone\n");
  }

  @Test
  void pairsThatAreMalformedEndTheStep() {
    tasks(1, 2, 2, "ask '" + INIT + "'; ask cmd=barrier_in; sleep 100").launch();
    listener.await("share", () -> listener.shares(KEY).containsKey(1));
    launcher.fenced(KEY, 1, new byte[] {0, 9, 0, 9, 'a'});
    listener.awaitEnded(KEY);
    assertThat(errors()).contains("it is malformed");
  }

  private static String text(byte[] pairs) {
    return new String(pairs, StandardCharsets.ISO_8859_1);
  }

  private static byte[] pairs(String key, String value) {
    byte[] head = {0, (byte) key.length(), (byte) (value.length() >> 8), (byte) value.length()};
    return join(head, (key + value).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
