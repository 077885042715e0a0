package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepFilesTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  private StepSpec run(FakeInvocation invocation) throws Exception {
    invocation.endChild(0);
    Running running = Running.start(control, streams, invocation);
    streams.tasks().closed();
    control.endStep(1, 0, new ExitStatus(0, 0));
    assertThat(running.status()).as(invocation.errText()).isZero();
    return control.only(Command.CreateStep.class).spec();
  }

  /** A Slurm 22.05 opens them where srun runs, and those of single tasks and nodes elsewhere. */
  @ParameterizedTest
  @CsvSource({
    "-o all.txt,              /home/ada/work/all.txt,    true,  /home/ada/work/all.txt",
    "-o %j.txt,               /home/ada/work/%j.txt,     true,  /home/ada/work/1.txt",
    "-o %5j.%u.%%,            /home/ada/work/%5j.%u.%%,  true,  /home/ada/work/00001.ada.%",
    "-o /x/all.txt -e e.txt,  /x/all.txt,           true,  /home/ada/work/e.txt",
    "-o %J.txt,               /home/ada/work/%J.txt,     true,",
    "-o o.%t.txt,             o.%t.txt,             false,",
    "-o o.%02n,               o.%02n,               false,",
    "-o all.txt -e e.%N,      /home/ada/work/all.txt,    false,",
    "-o a.txt --open-mode=append, /home/ada/work/a.txt,  true,",
    "-o none,                 none,                 false,",
    "-o 1,                    1,                    false,",
    "-o /dev/stdout,          '',                   false,",
    "-n1,                     '',                   false,",
  })
  void sharedFilesAreNamedFromHereAndEmptiedOnce(
      String options, String output, boolean append, String emptied) throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", ("-D /tmp " + options + " x").split(" "));
    StepSpec spec = run(invocation);
    assertThat(spec.output()).isEqualTo(output);
    assertThat(spec.append()).isEqualTo(append);
    assertThat(spec.workDirectory()).isEqualTo("/tmp");
    if (emptied == null) {
      assertThat(invocation.childArguments()).isEmpty();
    } else {
      assertThat(invocation.childArguments()).endsWith(emptied);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-o a.txt,                      1,   ",
    "-o a.txt,                      Yes, ",
    "-o a.txt,                      0,   /home/ada/work/a.txt",
    "-o a.txt --open-mode=truncate, 1,   /home/ada/work/a.txt",
  })
  void theConfigurationSaysWhetherFilesAreAddedTo(String options, String setting, String emptied)
      throws Exception {
    control.set("JobFileAppend", setting);
    FakeInvocation invocation = new FakeInvocation("srun", (options + " x").split(" "));
    StepSpec spec = run(invocation);
    assertThat(spec.append()).isTrue();
    if (emptied == null) {
      assertThat(invocation.childArguments()).isEmpty();
    } else {
      assertThat(invocation.childArguments()).endsWith(emptied);
    }
  }

  @Test
  void singleTasksFilesAreAddedToWhereThatIsConfigured() throws Exception {
    control.set("JobFileAppend", "1");
    assertThat(run(new FakeInvocation("srun", "-o", "o.%t.txt", "x")).append()).isTrue();
  }

  @Test
  void inputIsNamedFromHereToo() throws Exception {
    assertThat(run(new FakeInvocation("srun", "-D", "/tmp", "-i", "in", "x")).input())
        .isEqualTo("/home/ada/work/in");
  }

  @Test
  void aFileThatCannotBeOpenedEndsSrunBeforeTheStep() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-o", "/no/x", "true");
    invocation.endChild(2);
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText()).isEqualTo("srun: error: Could not open stdout file: /no/x\n");
    assertThat(control.commands()).noneMatch(Command.CreateStep.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0-1 echo;1 echo    | Duplicate record for task 1                   | 2
          bad line           | Invalid task range specification (bad)        | 1
          # no;3-1 x         | Invalid task range specification (3-1)        | 2
          0 echo;1           | task 1 has no program                         | 2
          """)
  void linesOfProgramsThatAreWrongAreNamed(String text, String what, int line) throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "-n2", "--multi-prog", "m.conf")
            .file("m.conf", text.strip().replace(';', '\n'));
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: error: "
                + what.strip()
                + "\nsrun: error: Line "
                + line
                + " of configuration file m.conf invalid\n");
  }
}
