package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Wrong options get the very words and exit status of Slurm, and may get a line of advice more. */
class SlurmRefusalsTest {
  private record Example(String line, String printed, int status) {}

  @TestFactory
  List<DynamicTest> sameWordsAndStatus() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Example example : examples()) {
      tests.add(DynamicTest.dynamicTest(example.line(), () -> check(example)));
    }
    assertThat(tests).hasSizeGreaterThan(80);
    return tests;
  }

  private static void check(Example example) throws Exception {
    String[] words = example.line().split(" ");
    FakeControl control = new FakeControl();
    FakeInvocation invocation =
        new FakeInvocation(words[0], Arrays.copyOfRange(words, 1, words.length));
    int status = Commands.run(control, invocation);
    assertThat(invocation.outText() + invocation.errText()).startsWith(example.printed());
    assertThat(status).isEqualTo(example.status());
    assertThat(control.commands()).isEmpty();
  }

  private static List<Example> examples() throws Exception {
    String text;
    try (var in =
        FakeControl.class.getResourceAsStream("/org/headrace/commands/slurm-refusals.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Example> examples = new ArrayList<>();
    String line = "";
    StringBuilder printed = new StringBuilder();
    for (String next : text.split("\n")) {
      if (next.startsWith("$ ")) {
        line = next.substring(2);
        printed.setLength(0);
      } else if (next.startsWith("= ")) {
        examples.add(new Example(line, printed.toString(), Integer.parseInt(next.substring(2))));
      } else if (!next.startsWith("#")) {
        printed.append(next).append('\n');
      }
    }
    return examples;
  }
}
