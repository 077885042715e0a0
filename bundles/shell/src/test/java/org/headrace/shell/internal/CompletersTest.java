package org.headrace.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.console.CommandLine;
import org.headrace.api.model.Reason;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

class CompletersTest {
  private final FakeController controller = new FakeController();

  private List<String> complete(ServiceCompleter completer, String... words) {
    completer.services = controller;
    List<String> candidates = new ArrayList<>();
    completer.complete(null, new Words(words), candidates);
    return candidates.stream().map(String::trim).toList();
  }

  @Test
  void kindsAndNamesOfThatKind() {
    assertThat(complete(new KindCompleter(), "headrace:choose", "s"))
        .containsExactlyInAnyOrder("sched", "select");
    assertThat(complete(new PluginNameCompleter(), "headrace:choose", "sched", "b"))
        .containsExactlyInAnyOrder("backfill", "builtin");
    assertThat(complete(new PluginNameCompleter(), "headrace:choose", "select", ""))
        .containsExactly("cons_tres");
  }

  @Test
  void jobIds() {
    controller.state =
        new FakeSnapshot(
            TestCluster.of(2, 1, 4, 1, 4096),
            0,
            List.of(Samples.pending(31, 1, Reason.PRIORITY, 0), Samples.running(42)),
            Map.of());
    assertThat(complete(new JobCompleter(), "headrace:explain", "3")).containsExactly("31");
  }

  @Test
  void nothingWhileTheControllerIsNotUp() {
    controller.up = false;
    assertThat(complete(new KindCompleter(), "headrace:choose", "")).isEmpty();
    assertThat(complete(new PluginNameCompleter(), "headrace:choose", "x", "")).isEmpty();
    assertThat(complete(new JobCompleter(), "headrace:explain", "")).isEmpty();
  }

  /** A line with the cursor at the end of its last word. */
  private record Words(String... words) implements CommandLine {
    @Override
    public int getCursorArgumentIndex() {
      return words.length - 1;
    }

    @Override
    public String getCursorArgument() {
      return words[words.length - 1];
    }

    @Override
    public int getArgumentPosition() {
      return getCursorArgument().length();
    }

    @Override
    public String[] getArguments() {
      return words;
    }

    @Override
    public int getBufferPosition() {
      return getBuffer().length();
    }

    @Override
    public String getBuffer() {
      return String.join(" ", words);
    }
  }
}
