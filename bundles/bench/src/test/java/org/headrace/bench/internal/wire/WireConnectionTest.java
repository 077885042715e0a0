package org.headrace.bench.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.BenchException;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.Hello;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class WireConnectionTest {
  @TempDir Path directory;

  private static byte[] text(int type, String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return WireWriter.frame(type).raw(bytes, 0, bytes.length).toFrame();
  }

  private static byte[] exit(int status) {
    return WireWriter.frame(Frames.EXIT).u32(status).toFrame();
  }

  private Submitter submitter(FakeDoor door) throws IOException {
    return Submitter.connect(door.socket(), directory, Map.of("A", "b"), List.of("-H", "job.sh"));
  }

  @Test
  void manyJobsGoOverOneConnection() throws Exception {
    try (FakeDoor door =
        new FakeDoor(
            directory,
            client -> {
              for (int id = 7; id <= 9; id++) {
                Hello hello = Hello.decode(client.read(Frames.HELLO));
                assertThat(hello.program()).isEqualTo("sbatch");
                assertThat(hello.arguments()).containsExactly("--parsable", "-H", "job.sh");
                client.write(text(Frames.STDOUT, id == 8 ? "8;other\n" : id + "\n"), exit(0));
              }
            })) {
      try (Submitter submitter = submitter(door)) {
        assertThat(submitter.submit()).isEqualTo(7);
        assertThat(submitter.submit()).isEqualTo(8);
        assertThat(submitter.submit()).isEqualTo(9);
      }
      door.check();
    }
  }

  @Test
  void theScriptIsHandedOverInPieces() throws Exception {
    byte[] script = new byte[Frames.CHUNK + 10];
    script[Frames.CHUNK + 9] = 42;
    Files.write(directory.resolve("job.sh"), script);
    try (FakeDoor door =
        new FakeDoor(
            directory,
            client -> {
              client.read(Frames.HELLO);
              client.write(
                  WireWriter.frame(Frames.READ_FILE)
                      .u32(5)
                      .u64(1 << 20)
                      .string("job.sh")
                      .toFrame());
              ByteBuffer got = ByteBuffer.allocate(script.length);
              for (int i = 0; i < 2; i++) {
                WireReader data = new WireReader(client.read(Frames.FILE_DATA));
                assertThat(data.u32()).isEqualTo(5);
                got.put(data.rest());
              }
              assertThat(got.array()).isEqualTo(script);
              client.read(Frames.FILE_END);
              client.write(text(Frames.STDOUT, "1\n"), exit(0));
            })) {
      try (Submitter submitter = submitter(door)) {
        assertThat(submitter.submit()).isEqualTo(1);
      }
      door.check();
    }
  }

  @Test
  void aMissingScriptIsToldToTheController() throws Exception {
    try (FakeDoor door =
        new FakeDoor(
            directory,
            client -> {
              client.read(Frames.HELLO);
              client.write(
                  WireWriter.frame(Frames.READ_FILE).u32(5).u64(99).string("job.sh").toFrame());
              client.read(Frames.FILE_ERROR);
              client.write(text(Frames.STDERR, "sbatch: error: no script\n"), exit(1));
            })) {
      try (Submitter submitter = submitter(door)) {
        assertThatThrownBy(submitter::submit)
            .isInstanceOf(BenchException.class)
            .hasMessageContaining("sbatch: error: no script");
      }
      door.check();
    }
  }

  @Test
  void whatIsNoAnswerIsNoAcknowledgement() throws Exception {
    for (byte[] answer :
        List.of(
            WireWriter.frame(Frames.ERROR).string("no room").toFrame(),
            WireWriter.frame(99).toFrame(),
            ByteBuffer.allocate(5).putInt(-1).array(),
            ByteBuffer.allocate(9).putInt(1000).put((byte) Frames.STDOUT).array(),
            new byte[0])) {
      try (FakeDoor door =
              new FakeDoor(
                  Files.createTempDirectory(directory, "door"),
                  client -> {
                    client.read(Frames.HELLO);
                    client.write(answer);
                  });
          Submitter submitter = submitter(door)) {
        assertThatThrownBy(submitter::submit)
            .isInstanceOfAny(ProtocolException.class, EOFException.class);
      }
    }
  }

  @Test
  void nobodyListeningIsSaidWithTheSocket() {
    Path socket = directory.resolve("none");
    assertThatThrownBy(() -> WireConnection.connect(socket))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(socket.toString());
  }

  @Test
  void onlyNumbersAreJobIds() {
    assertThat(Submitter.jobId("12\n")).isEqualTo(12);
    assertThatThrownBy(() -> Submitter.jobId("Submitted batch job 12"))
        .hasMessageContaining("no job id");
  }
}
