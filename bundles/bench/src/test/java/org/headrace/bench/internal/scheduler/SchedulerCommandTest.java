package org.headrace.bench.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.headrace.bench.internal.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final SchedulerCommand command =
      new SchedulerCommand(new PrintStream(out, true), new PrintStream(err, true));

  private String run(String... arguments) throws IOException {
    command.run(List.of(arguments));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSmallMachineIsPlannedWithTheRealPlugins() throws IOException {
    String text = run(("--nodes 100 --jobs 200 --gangs 100 --sizes 100 --rounds 1").split(" "));
    String row = text.lines().filter(line -> line.startsWith("    100 ")).findFirst().orElseThrow();
    assertThat(row).contains("     200 ");
    assertThat(text).contains("first", "full", "event");
    assertThat(text).contains("placements per second of CPU (100 nodes of 8 GPUs");
    assertThat(text).contains("memory: 100 nodes of 8 GPUs", "a pending array of 4000000 tasks");
  }

  @Test
  void limitsCanBeInForce() throws IOException {
    String text =
        run(
            "--nodes",
            "100",
            "--jobs",
            "200",
            "--gangs",
            "0",
            "--sizes",
            "0",
            "--rounds",
            "1",
            "--limits");
    assertThat(text).contains("first", "full", "event");
  }

  @Test
  void programsGetEachFigure() throws IOException {
    String text =
        run(
            "--nodes",
            "100",
            "--jobs",
            "100",
            "--gangs",
            "0",
            "--sizes",
            "0",
            "--rounds",
            "1",
            "--json");
    assertThat(text)
        .contains("\"name\" : \"full.100n.100j\"", "\"name\" : \"event.100n.100j\"")
        .contains("\"unit\" : \"ms\"")
        .doesNotContain("gangs");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "--nodes 5; --nodes '5': numbers from 100 to 200000 are right",
        "--jobs 1000,many; --jobs 'many': numbers from 10 to",
        "--rounds; --rounds '': numbers from 1 to",
        "--fast; bench scheduler knows no '--fast'"
      })
  void wrongArgumentsAreNamed(String arguments, String message) {
    assertThatThrownBy(() -> run(arguments.split(" ")))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining(message);
  }
}
