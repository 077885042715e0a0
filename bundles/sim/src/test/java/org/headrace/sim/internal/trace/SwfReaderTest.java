package org.headrace.sim.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.headrace.sim.internal.SimException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwfReaderTest {
  private static final String HEADER = "; MaxNodes: 8\n; MaxProcs: 32\n; Note: a: b\n;\n\n";
  private static final String REST = " -1 -1 -1 -1 -1 -1 -1 -1 -1";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("t.swf"), text);
  }

  @Test
  void readsWhatASimulationNeeds() throws Exception {
    Trace trace =
        SwfReader.read(
            file(
                HEADER
                    + "2 70 -1 5 4 0.5 -1 8 60"
                    + REST
                    + "\n  1   7 99 30 -1 -1 -1 16 -1"
                    + REST
                    + "\n3 80 -1 -1 4 -1 -1 4 60"
                    + REST
                    + "\n4 80 -1 10 -1 -1 -1 -1 60"
                    + REST));
    assertThat(trace.maxNodes()).isEqualTo(8);
    assertThat(trace.maxCpus()).isEqualTo(32);
    assertThat(trace.skipped()).isEqualTo(2);
    assertThat(trace.jobs())
        .containsExactly(new TraceJob(1, 7, 30, 30, 16), new TraceJob(2, 70, 5, 60, 4));
  }

  @Test
  void readsCompressedFiles() throws Exception {
    Path packed = folder.resolve("t.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(("1 0 0 5 4 -1 -1 4 60" + REST).getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(SwfReader.read(packed).jobs()).containsExactly(new TraceJob(1, 0, 5, 60, 4));
    byte[] cut = java.util.Arrays.copyOf(Files.readAllBytes(packed), 20);
    Files.write(packed, cut);
    assertThatThrownBy(() -> SwfReader.read(packed))
        .isInstanceOf(SimException.class)
        .hasMessageContaining("can't be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 0 0 5 | :6: 4 columns, where a job has 18",
        "x 0 0 5 4 -1 -1 4 60 1 1 1 1 1 1 1 1 1 | :6: job number (column 1) is 'x'",
        "1 0 0 5.5 4 -1 -1 4 60 1 1 1 1 1 1 1 1 1 | :6: run time (column 4) is '5.5'",
        "1 -1 0 5 4 -1 -1 4 60 1 1 1 1 1 1 1 1 1 | :6: job 1 has no submission time",
        "1 0 0 -7 4 -1 -1 4 60 1 1 1 1 1 1 1 1 1 | :6: run time (column 4) is '-7'",
        "1 0 0 99999999999999999999 4 -1 -1 4 60 1 1 1 1 1 1 1 1 1 | :6: run time",
        "; MaxProcs: many | :6: MaxProcs is 'many'",
        "; nothing | no job in it that ran",
      })
  void saysWhereATraceIsWrong(String line, String message) {
    assertThatThrownBy(() -> SwfReader.read(file(HEADER + line)))
        .isInstanceOf(SimException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesASecondJobOfANumber() {
    String job = "1 0 0 5 4 -1 -1 4 60" + REST + "\n";
    assertThatThrownBy(() -> SwfReader.read(file(job + job))).hasMessageContaining(":2: a second");
  }

  @Test
  void refusesWhatIsNoTrace() throws IOException {
    Path endless = file("0".repeat(20_000));
    assertThatThrownBy(() -> SwfReader.read(endless)).hasMessageContaining("20000 characters");
    assertThatThrownBy(() -> SwfReader.read(folder.resolve("none")))
        .hasMessageContaining("no file");
    assertThatThrownBy(() -> SwfReader.read(folder)).hasMessageContaining("can't be read");
  }

  @Test
  void theMachineIsFromOptionsOrHeader() throws Exception {
    Trace trace = SwfReader.read(file(HEADER + "1 0 0 5 4 -1 -1 4 60" + REST));
    int none = Trace.UNKNOWN;
    assertThat(MachineShape.of(none, none, trace)).isEqualTo(new MachineShape(8, 4));
    assertThat(MachineShape.of(16, none, trace)).isEqualTo(new MachineShape(16, 2));
    assertThat(MachineShape.of(none, 32, trace)).isEqualTo(new MachineShape(1, 32));
    assertThat(MachineShape.of(3, 5, trace)).isEqualTo(new MachineShape(3, 5));
    assertThatThrownBy(() -> MachineShape.of(5, none, trace)).hasMessageContaining("no multiple");
    assertThatThrownBy(() -> MachineShape.of(1 << 20, 1 << 20, trace))
        .hasMessageContaining("at most");
    Trace silent = SwfReader.read(file("1 0 0 5 4 -1 -1 4 60" + REST));
    assertThatThrownBy(() -> MachineShape.of(none, 4, silent))
        .hasMessageContaining("give --nodes N --cpus-per-node M");
  }
}
