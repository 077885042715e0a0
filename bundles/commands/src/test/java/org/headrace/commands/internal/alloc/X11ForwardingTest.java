package org.headrace.commands.internal.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class X11ForwardingTest {
  private final FakeControl control =
      new FakeControl().startingJobs().set("PrologFlags", "Alloc,X11");
  private final FakeStreams streams = new FakeStreams();

  private Map<String, String> tasksOf(FakeInvocation invocation) throws Exception {
    Running running = Running.start(control, streams, invocation);
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).as(invocation.errText()).isZero();
    byte[] text = control.only(Command.CreateStep.class).environment();
    Map<String, String> variables = new TreeMap<>();
    for (String entry : new String(text, StandardCharsets.UTF_8).split("\0")) {
      variables.put(entry.split("=", 2)[0], entry.split("=", 2)[1]);
    }
    return variables;
  }

  @Test
  void tasksFindTheDisplayAtWhichTheirNodesListen() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--x11", "xterm").with("SLURM_STEP_ID", "4");
    invocation.endChildren(0, 23);
    Map<String, String> variables = tasksOf(invocation);
    assertThat(variables).containsEntry("DISPLAY", "127.0.0.1:23.0");
    String file = variables.get("XAUTHORITY");
    assertThat(file).matches("/tmp/\\.Xauthority-[a-z0-9]{12}");
    assertThat(invocation.children())
        .containsExactly(
            List.of("/proc/self/exe", "--x11-check", "srun"),
            List.of(
                "/proc/self/exe",
                "--x11-forward",
                "srun",
                Integer.toString(invocation.clientPid()),
                "1",
                file,
                "n1"));
    assertThat(invocation.childEnvironment()).doesNotContainKey("SLURM_STEP_ID");
  }

  @ParameterizedTest
  @CsvSource({"--x11, n1 n2", "--x11=all, n1 n2", "--x11=FIRST, n1", "--x11=last, n2"})
  void allNodesListenUnlessFewerAreWanted(String option, String nodes) throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-N2", option, "x");
    invocation.endChildren(0, 20);
    Running running = Running.start(control, streams, invocation);
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().taskEnded(1, 0, 0, "n2");
    streams.tasks().closed();
    assertThat(running.status()).as(invocation.errText()).isZero();
    List<String> words = invocation.children().get(1);
    assertThat(words.subList(6, words.size())).containsExactly(nodes.split(" "));
    String sent =
        new String(control.only(Command.CreateStep.class).environment(), StandardCharsets.UTF_8);
    if (nodes.contains(" ")) {
      assertThat(sent).doesNotContain("HEADRACE_X11_NODE");
    } else {
      assertThat(sent).contains("HEADRACE_X11_NODE=" + nodes + "\0");
    }
  }

  @Test
  void cookiesMayBeInTheUsersOwnFile() throws Exception {
    control.set("X11Parameters", "home_xauthority");
    FakeInvocation invocation = new FakeInvocation("srun", "--x11", "xterm");
    invocation.endChildren(0, 23);
    assertThat(tasksOf(invocation)).containsEntry("XAUTHORITY", "/home/ada/.Xauthority");
  }

  /** The client says why. */
  @Test
  void withoutADisplayNothingIsAskedFor() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "--x11", "x");
    invocation.endChildren(255);
    assertThat(Commands.run(control, streams, invocation)).isEqualTo(255);
    assertThat(control.commands()).isEmpty();
    assertThat(invocation.errText()).isEmpty();
  }

  /** As a Slurm 22.05 says it. */
  @ParameterizedTest
  @CsvSource({"srun", "salloc"})
  void theSiteMayNotAllowIt(String program) throws Exception {
    control.set("PrologFlags", "Contain");
    FakeInvocation invocation = new FakeInvocation(program, "--x11", "x");
    invocation.endChildren(0);
    assertThat(Commands.run(control, streams, invocation)).isEqualTo(1);
    assertThat(invocation.errText())
        .startsWith(
            program + ": error: Unable to allocate resources: X11 forwarding not available\n");
    assertThat(control.commands()).isEmpty();
  }

  @Test
  void anAllocationIsGivenBackIfItsNodesDoNotListen() throws Exception {
    for (String program : List.of("srun", "salloc")) {
      FakeControl own = new FakeControl().startingJobs().set("PrologFlags", "X11");
      FakeInvocation invocation = new FakeInvocation(program, "--x11", "x");
      invocation.endChildren(0, 1);
      assertThat(Commands.run(own, new FakeStreams(), invocation)).isEqualTo(1);
      assertThat(own.only(Command.SignalJob.class).complete()).isTrue();
      assertThat(own.commands()).noneMatch(Command.CreateStep.class::isInstance);
    }
  }

  @Test
  void stepsOfAnAllocationWithForwardingHaveItsDisplay() throws Exception {
    FakeInvocation shell = new FakeInvocation("salloc", "--x11", "sh");
    shell.endChildren(0, 20);
    Running salloc = Running.start(control, streams, shell);
    until("shell", () -> shell.children().size() == 3);
    String known = shell.childEnvironment().get("HEADRACE_X11");
    assertThat(known).matches("1:20:/tmp/\\.Xauthority-[a-z0-9]{12}");
    FakeInvocation step =
        new FakeInvocation("srun", "--jobid=1", "--x11", "xterm").with("HEADRACE_X11", known);
    Map<String, String> variables = tasksOf(step);
    assertThat(variables).containsEntry("DISPLAY", "127.0.0.1:20.0");
    assertThat(step.children()).isEmpty();
    shell.endChild(0);
    assertThat(salloc.status()).isZero();
  }

  /** What another allocation has is of no use to this one. */
  @Test
  void anotherAllocationHasItsOwn() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--x11", "x").with("HEADRACE_X11", "77:30:/tmp/other");
    invocation.endChildren(0, 21);
    assertThat(tasksOf(invocation))
        .containsEntry("DISPLAY", "127.0.0.1:21.0")
        .doesNotContainEntry("XAUTHORITY", "/tmp/other");
  }

  private static List<String> kinds(FakeInvocation invocation) {
    return invocation.children().stream()
        .map(words -> words.get(words.size() > 1 ? 1 : 0))
        .toList();
  }

  /**
   * The check that ended well is not the user's program, and that isn't run without its display.
   */
  @Test
  void aControllerThatComesBackSetsUpWhatTheLastOneHadNot() throws Exception {
    FakeInvocation shell = new FakeInvocation("salloc", "--x11", "sh");
    shell.endChildren(0, 20);
    Running salloc = Running.start(control, streams, shell);
    until("shell", () -> shell.children().size() == 3);
    assertThat(shell.tokens()).startsWith("1+").endsWith("1.0+");

    FakeInvocation early = new FakeInvocation("salloc", "--x11", "sh").resuming("1+");
    early.endChildren(0, 22);
    Running resumed = Running.start(control, streams, early);
    until("shell", () -> early.children().size() == 3);
    assertThat(kinds(early)).containsExactly("--x11-check", "--x11-forward", "sh");
    assertThat(early.childEnvironment().get("HEADRACE_X11")).startsWith("1:22:/tmp/");
    assertThat(early.tokens()).endsWith("1.0+");

    FakeInvocation late = new FakeInvocation("salloc", "--x11", "sh").resuming("1.0+");
    Running adopted = Running.start(control, streams, late);
    until("shell", () -> !late.children().isEmpty());
    assertThat(kinds(late)).containsExactly("sh");

    FakeInvocation step = new FakeInvocation("srun", "--x11", "x").resuming("1+");
    step.endChildren(0, 24);
    assertThat(tasksOf(step)).containsEntry("DISPLAY", "127.0.0.1:24.0");
    assertThat(kinds(step)).containsExactly("--x11-check", "--x11-forward");
    for (FakeInvocation one : List.of(shell, early, late)) {
      one.endChild(0);
    }
    for (Running one : List.of(salloc, resumed, adopted)) {
      assertThat(one.status()).isZero();
    }
  }

  @Test
  void aStepOfTheUsersByThatNameIsTheUsers() {
    assertThat(X11Forwarding.listensIn("x11", List.of("xterm"))).isFalse();
    assertThat(X11Forwarding.listensIn("x11", List.of("/client", "--x11-node", "20"))).isTrue();
  }

  @Test
  void otherWordsAreRefused() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "--x11=some", "x");
    assertThat(Commands.run(control, streams, invocation)).isNotZero();
    assertThat(invocation.errText()).contains("x11");
  }
}
