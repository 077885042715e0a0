package org.headrace.bench.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir Path directory;

  private Commands commands(String squeue) throws Exception {
    Path folder = Files.createDirectories(directory.resolve("bin"));
    Path file = folder.resolve("squeue");
    Files.writeString(file, "#!/bin/sh\n" + squeue + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    Path work = Files.createDirectories(directory.resolve("work"));
    return new Commands(folder, Map.of("SLURM_CONF", "/x/slurm.conf"), work);
  }

  @Test
  void theClustersOwnCommandRunsInItsEnvironment() throws Exception {
    Commands commands = commands("echo \"$SLURM_CONF $*\"; pwd; echo oops >&2; exit 3");
    Commands.Output output = commands.run("squeue", "-h", "a b");
    assertThat(output.status()).isEqualTo(3);
    assertThat(output.lines())
        .containsExactly("/x/slurm.conf -h a b", directory.resolve("work").toString());
    assertThat(output.err()).isEqualTo("oops\n");
  }

  @Test
  void eachRunIsTimed() throws Exception {
    List<Double> millis = commands("echo printed; exit 0").timed(5, "squeue");
    assertThat(millis).hasSize(5).allMatch(value -> value > 0 && value < 60_000);
  }

  @Test
  void aFailureSaysWhatTheCommandSaid() throws Exception {
    Commands commands = commands("echo 'no controller' >&2; exit 1");
    assertThatThrownBy(() -> commands.need("squeue", "-h"))
        .isInstanceOf(BenchException.class)
        .hasMessage("'squeue -h' failed with status 1: no controller");
    assertThatThrownBy(() -> commands.timed(3, "squeue"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("no controller");
  }
}
