package org.headrace.slurmconf.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.headrace.slurmconf.options.OptionException;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expectations come from the real sbatch. */
class BatchScriptTest {
  private static final OptionTable TABLE =
      OptionTable.builder("sbatch")
          .value("job-name", 'J')
          .value("nodes", 'N')
          .value("ntasks", 'n')
          .value("comment")
          .value("partition", 'p')
          .value("time", 't')
          .value("mem")
          .value("mem-per-cpu")
          .value("ntasks-per-node")
          .value("gres")
          .value("array", 'a')
          .value("constraint", 'C')
          .value("nodelist", 'w')
          .value("dependency", 'd')
          .value("mail-type")
          .optional("exclusive")
          .build();

  private static BatchScript script(String body) {
    return of("#!/bin/sh\n" + body);
  }

  private static BatchScript of(String text) {
    return BatchScript.of(
        "job.sh", text.getBytes(StandardCharsets.UTF_8), BatchScript.DEFAULT_MAX_BYTES);
  }

  private static String options(String line) {
    StringBuilder out = new StringBuilder();
    for (OptionValue value : ScriptOptions.parse(script(line), TABLE, true).get(0)) {
      out.append(value.name()).append('=').append(value.value()).append(' ');
    }
    return out.toString().trim();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "#SBATCH -J \"a\\\"b\"|job-name=a\"b",
        "#SBATCH -J 'a b'|job-name=a b",
        "#SBATCH -J 'a\\'b'|job-name=a'b",
        "#SBATCH -J 'a\"b'|job-name=a\"b",
        "#SBATCH -J a\"b c\"d|job-name=ab cd",
        "#SBATCH -J a\\\\b|job-name=a\\b",
        "#SBATCH -J \"a\\b\"|job-name=ab",
        "#SBATCH -J a#b|job-name=a",
        "#SBATCH -J a #b|job-name=a",
        "#SBATCH -J $HOME|job-name=$HOME",
        "#SBATCH\t-J tab\t-N 2|job-name=tab nodes=2",
        "#SBATCH-N2|nodes=2",
        "#SBATCH --|``",
        "#SBATCH --comment=\"it's\" -J q|comment=it's job-name=q",
        "#SBATCH -J \"#x\"|job-name=#x",
        "#SBATCH -J \\#x|job-name=#x",
        "#SBATCH -J a;b|job-name=a;b",
        "# SBATCH -N2|``",
        "##SBATCH -N2|``",
        "#sbatch -N2|``",
      })
  void words(String line, String expected) {
    assertThat(options(line)).isEqualTo(expected);
  }

  @Test
  void leadingSpaceMakesAComment() {
    assertThat(options(" #SBATCH -N2\n#SBATCH -n3")).isEqualTo("ntasks=3");
  }

  @ParameterizedTest
  @CsvSource({
    "#SBATCHx, x",
    "#SBATCH -J a\\ b, b",
    "#SBATCH arg, arg",
    "#SBATCH -J a -- b, b",
    "#SBATCH -, -",
    "#SBATCH -J ok file.sh, file.sh"
  })
  void refusedWords(String line, String word) {
    assertThatThrownBy(() -> options(line))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "sbatch: error: Invalid directive found in batch script: " + word + " (job.sh:2)");
  }

  @Test
  void openQuotesAreFatal() {
    assertThatThrownBy(() -> options("#SBATCH -N2 --comment=\"a b"))
        .isInstanceOfSatisfying(ScriptException.class, e -> assertThat(e.fatal()).isTrue())
        .hasMessage("job.sh: line 2: Unmatched `\"` in [ --comment=\"a b]");
    assertThatThrownBy(() -> options("#SBATCH -J 'a b"))
        .hasMessage("job.sh: line 2: Unmatched `'` in [ 'a b]");
    assertThatThrownBy(() -> options("#SBATCH --foo")).isInstanceOf(OptionException.class);
  }

  @Test
  void directivesEndAtTheFirstCommand() {
    assertThat(
            options(
                "#SBATCH -J one\n\n   \n#c\n  #indented\n#SBATCH -J two\n: \n#SBATCH -J three\n"))
        .isEqualTo("job-name=one job-name=two");
  }

  @Test
  void componentsAreSeparatedByHetjobLines() {
    List<List<OptionValue>> components =
        ScriptOptions.parse(
            script("#SBATCH -N1\n#SBATCH hetjob\n#SBATCH  hetjob x\n#SBATCH -J z\n"), TABLE, true);
    assertThat(components).hasSize(3);
    assertThat(components.get(1)).isEmpty();
    assertThat(components.get(2).get(0).place()).isEqualTo("job.sh:5");
  }

  @Test
  void foreignDirectivesOverrule() {
    assertThat(options("#PBS -N pbs\n#SBATCH -J first\n")).isEqualTo("job-name=first job-name=pbs");
    assertThat(options("#PBS -l nodes=2:ppn=3,walltime=1:00:00,mem=1gb -q main -zz"))
        .isEqualTo("nodes=2 ntasks-per-node=3 time=1:00:00 mem=1gb partition=main");
    assertThat(options("#PBS -l nodes=2:gpus=4 -W depend=afterok:7 -m abe"))
        .isEqualTo("nodes=2 gres=gpu:4 dependency=afterok:7 mail-type=FAIL,BEGIN,END");
    assertThat(options("#BSUB -J nm[1-5]%2 -n 4 -W 90 -x -m \"a b\""))
        .isEqualTo("job-name=nm array=1-5%2 ntasks=4 time=90 exclusive= nodelist=a,b");
    assertThat(ScriptOptions.parse(script("#PBS -N x\n"), TABLE, false).get(0)).isEmpty();
    assertThatThrownBy(() -> options("#PBS -N x y")).hasMessageContaining("Invalid argument: y");
    assertThatThrownBy(() -> options("#BSUB --zz"))
        .hasMessageContaining("sbatch: unrecognized option '--zz'");
  }

  @Test
  void whatIsNoScript() {
    assertRefused("", "Batch script is empty!");
    assertRefused("  \n\t", "Batch script contains only whitespace!");
    assertRefused("hello\n", "This does not look like a batch script.  The first");
    assertRefused("\n#!/bin/sh\n", "This does not look like a batch script.  The first");
    assertRefused("\u007fELF\0\0", "This does not look like a batch script.  The first");
    assertRefused("#!/bin/sh\na\0b", "The Slurm controller does not allow scripts that");
    assertRefused("#!/bin/sh\r\n", "Batch script contains DOS line breaks (\\r\\n)");
    assertRefused("#!/bin/sh\n" + "#".repeat(4 << 20), "Batch script job.sh has 4194314 bytes.");
    assertThat(of("#!/bin/sh").components(true)).hasSize(1);
  }

  private static void assertRefused(String text, String firstLine) {
    assertThatThrownBy(() -> of(text))
        .isInstanceOfSatisfying(
            ScriptException.class, e -> assertThat(e.lines().get(0)).isEqualTo(firstLine));
  }

  @Test
  void randomScriptsEitherParseOrAreRefused() {
    String[] parts = {"#SBATCH ", "-J", "\"", "'", "\\", "#", "\n", " ", "hetjob", "#PBS -l", "é"};
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        ScriptOptions.parse(script(text.toString()), TABLE, true);
      } catch (ScriptException | OptionException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotEmpty();
      }
    }
  }
}
