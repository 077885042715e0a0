package org.headrace.slurmconf.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionTable.Separator;
import org.headrace.slurmconf.options.OptionValue.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionTableTest {
  private static final OptionTable SBATCH =
      OptionTable.builder("sbatch")
          .value("nodes", 'N')
          .value("ntasks", 'n')
          .value("ntasks-per-node")
          .value("ntasks-per-core")
          .value("mem")
          .environment("mem", "SBATCH_MEM_PER_NODE")
          .value("mem-per-cpu")
          .value("gpus", 'G')
          .value("gpu-bind")
          .alias("gpu_bind", "gpu-bind")
          .flag("requeue")
          .environment("requeue", "SBATCH_REQUEUE")
          .flag("no-requeue")
          .flag("hold", 'H')
          .flag("help", 'h')
          .flag("verbose", 'v')
          .optional("exclusive")
          .optional("immediate", 'I')
          .value("exclude", 'x')
          .build();

  private static ParsedOptions parse(String... words) {
    return SBATCH.parse(List.of(words), Operands.STOP_AT_FIRST);
  }

  @Test
  void clustersLongFormsAndOperands() {
    ParsedOptions parsed =
        parse("-N2", "-n", "4", "--mem=1G", "--mem", "2G", "-vvHI5", "job.sh", "-N9", "--", "x");
    assertThat(parsed.value("nodes", "")).isEqualTo("2");
    assertThat(parsed.value("ntasks", "")).isEqualTo("4");
    assertThat(parsed.value("mem", "")).isEqualTo("2G");
    assertThat(parsed.count("verbose")).isEqualTo(2);
    assertThat(parsed.has("hold")).isTrue();
    assertThat(parsed.value("immediate", "")).isEqualTo("5");
    assertThat(parsed.operands()).containsExactly("job.sh", "-N9", "--", "x");
  }

  @Test
  void permutationGoesOnAfterOperands() {
    ParsedOptions parsed =
        SBATCH.parse(List.of("a", "-N2", "-", "b", "--", "-n3"), Operands.PERMUTE);
    assertThat(parsed.operands()).containsExactly("a", "-", "b", "-n3");
    assertThat(parsed.value("nodes", "")).isEqualTo("2");
  }

  @Test
  void prefixesAndOptionalArguments() {
    ParsedOptions parsed = parse("--ho", "--exclus", "--ntasks=3", "--gpu_b=x", "-n", "-4", "y");
    assertThat(parsed.has("hold")).isTrue();
    assertThat(parsed.last("exclusive").orElseThrow().hasValue()).isFalse();
    assertThat(parsed.value("gpu-bind", "")).isEqualTo("x");
    assertThat(parsed.value("ntasks", "")).isEqualTo("-4");
    assertThat(parse("--exclusive=user", "s").value("exclusive", "")).isEqualTo("user");
    assertThat(parse("--mem=", "s").last("mem").orElseThrow().hasValue()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--foo|sbatch: unrecognized option '--foo'",
        "--foo=1|sbatch: unrecognized option '--foo=1'",
        "-Y|sbatch: invalid option -- 'Y'",
        "-N|sbatch: option requires an argument -- 'N'",
        "--mem|sbatch: option '--mem' requires an argument",
        "--no-re=3|sbatch: option '--no-requeue' doesn't allow an argument",
        "--requeue=1|sbatch: option '--requeue' doesn't allow an argument",
        "--m=3|sbatch: option '--m=3' is ambiguous; possibilities: '--mem' '--mem-per-cpu'",
        "--ntasks-per|sbatch: option '--ntasks-per' is ambiguous; possibilities:"
            + " '--ntasks-per-core' '--ntasks-per-node'",
        "--excl|sbatch: option '--excl' is ambiguous; possibilities: '--exclude' '--exclusive'",
        "--=x|sbatch: unrecognized option '--=x'",
      })
  void refusedAsByGetopt(String word, String message) {
    assertThatThrownBy(() -> parse(word))
        .isInstanceOfSatisfying(
            OptionException.class,
            e ->
                assertThat(e.lines())
                    .containsExactly(message, "Try \"sbatch --help\" for more information"));
  }

  @Test
  void hostileWordsAreShownHarmlessly() {
    assertThatThrownBy(() -> parse("--x\u001b[2J" + "y".repeat(1 << 20)))
        .hasMessageContaining("\\x1b")
        .hasMessageNotContaining("\u001b");
    assertThatThrownBy(() -> parse("-\n")).hasMessageContaining("\\x0a");
  }

  @Test
  void environmentIsWeakerThanTheCommandLine() {
    Map<String, String> environment =
        Map.of("SBATCH_MEM_PER_NODE", "7", "SBATCH_REQUEUE", "", "OTHER", "1");
    ParsedOptions parsed = parse("--mem=9", "s").over(SBATCH.fromEnvironment(environment));
    assertThat(parsed.value("mem", "")).isEqualTo("9");
    assertThat(parsed.last("requeue").orElseThrow().origin()).isEqualTo(Origin.ENVIRONMENT);
    assertThat(parsed.last("requeue").orElseThrow().place()).isEqualTo("SBATCH_REQUEUE");
  }

  @Test
  void componentsOfAHeterogeneousJob() {
    List<ParsedOptions> components =
        SBATCH.parseComponents(
            List.of("-N1", ":", "-N2", ":", "-n3", "job.sh", ":", "x"), Separator.AFTER_OPTIONS, 3);
    assertThat(components).hasSize(3);
    assertThat(components.get(1).value("nodes", "")).isEqualTo("2");
    assertThat(components.get(0).operands()).isEmpty();
    assertThat(components.get(2).operands()).containsExactly("job.sh", ":", "x");
  }

  @Test
  void componentsWithProgramsOfTheirOwn() {
    List<String> line = List.of("-n1", "server", "x", ":", "-n2", ":", "worker");
    List<ParsedOptions> components = SBATCH.parseComponents(line, Separator.ANYWHERE, 3);
    assertThat(components).hasSize(3);
    assertThat(components.get(0).operands()).containsExactly("server", "x");
    assertThat(components.get(1).operands()).isEmpty();
    assertThat(components.get(1).value("ntasks", "")).isEqualTo("2");
    assertThat(components.get(2).operands()).containsExactly("worker");
    assertThatThrownBy(() -> SBATCH.parseComponents(line, Separator.ANYWHERE, 2))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("more than 2 components");
  }

  @Test
  void tablesThatContradictThemselvesAreRefused() {
    assertThatThrownBy(() -> OptionTable.builder("x").flag("a", 'a').flag("b", 'a').build())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> OptionTable.builder("x").flag("a").flag("a"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void randomWordsEitherParseOrAreRefused() {
    String[] words = {"-N", "--", "-", "--mem", "=", "--mem=", "x", "-vN", "-I", "", "--e", ":"};
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      String[] line = new String[random.nextInt(8)];
      Arrays.setAll(line, i -> words[random.nextInt(words.length)]);
      try {
        SBATCH.parseComponents(List.of(line), Separator.values()[seed % 2], 3);
      } catch (OptionException e) {
        assertThat(e.lines()).hasSize(2);
      }
    }
  }
}
