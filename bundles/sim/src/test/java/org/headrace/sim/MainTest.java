package org.headrace.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private static final String REST = " -1 -1 -1 -1 -1 -1 -1 -1 -1\n";

  @TempDir Path folder;
  private Path trace;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** On four processors: 2 waits for 1, 3 backfills, 4 is too large, 5 overstays its estimate. */
  @BeforeEach
  void writeTrace() throws IOException {
    trace =
        Files.writeString(
            folder.resolve("t.swf"),
            "; MaxProcs: 4\n"
                + ("1 0 -1 100 3 -1 -1 3 100" + REST)
                + ("2 10 -1 50 4 -1 -1 4 50" + REST)
                + ("3 20 -1 80 1 -1 -1 1 80" + REST)
                + ("4 30 -1 80 5 -1 -1 5 80" + REST)
                + ("5 200 -1 30 4 -1 -1 4 20" + REST)
                + ("6 210 -1 0 4 -1 -1 4 20" + REST));
  }

  private int run(String... arguments) {
    return Main.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void printsFiguresAndStarts() throws IOException {
    Path starts = folder.resolve("starts");
    assertThat(run("--trace", trace.toString(), "--starts", starts.toString())).isZero();
    assertThat(Files.readAllLines(starts))
        .containsExactly("1 0", "2 100", "3 20", "5 200", "6 230");
    assertThat(out.toString())
        .contains("1 node of 4 CPUs")
        .containsPattern("jobs +5\n")
        .containsPattern("refused +1\n")
        .containsPattern("mean wait +22.000 s\n")
        .containsPattern("makespan +230 s\n");
    assertThat(err.toString()).contains("job 4 refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trace | --trace needs a value",
        "--policy fair | no policy 'fair'; there are easy, easy-clairvoyant",
        "--nodes 0 | --nodes is '0'; it must be a whole number from 1",
        "--frobnicate 1 | no option '--frobnicate'",
        "--policy easy | no trace; give --trace FILE",
        "--trace /nowhere/t.swf | no file /nowhere/t.swf",
      })
  void saysWhatIsWrongWithItsArguments(String arguments, String message) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("headrace sim: ").contains(message);
  }

  @Test
  void saysWhenStartsCannotBeWritten() {
    assertThat(run("--trace", trace.toString(), "--starts", "/nowhere/starts")).isEqualTo(2);
    assertThat(err.toString()).contains("/nowhere/starts can't be written");
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--trace", "--nodes", "--cpus-per-node", "--policy", "--starts");
  }
}
