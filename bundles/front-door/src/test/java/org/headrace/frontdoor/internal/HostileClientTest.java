package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import org.headrace.control.front.Caller;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What dishonest, broken and merely unusual clients can do. */
@Timeout(60)
class HostileClientTest {
  private Doors doors;

  @BeforeEach
  void open() throws IOException {
    doors = new Doors(300);
    doors.command(
        "echo",
        in -> {
          in.out().println(in.arguments());
          return in.arguments().size();
        });
  }

  @AfterEach
  void everythingIsGivenBackAndTheNextClientIsServed() throws Exception {
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("echo", "still", "there"));
      assertThat(wire.exit()).isEqualTo(2);
    }
    Doors.await("connections are forgotten", () -> doors.door.connections() == 0);
    assertThat(doors.door.budget().used()).isZero();
    doors.close();
  }

  private String refusalOf(byte[] bytes) throws IOException {
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(bytes);
      return wire.refusal();
    }
  }

  @Test
  void otherProtocolsAreToldSo() throws Exception {
    assertThat(refusalOf("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
        .contains("is this a headrace client?");
  }

  @Test
  void anOversizedRequestIsRefusedBeforeItIsReceived() throws Exception {
    byte[] frame = WireWriter.frame(Frames.HELLO).toFrame();
    frame[0] = 0x7f;
    assertThat(refusalOf(frame)).contains("2130706432 bytes").contains("limit is 8388608");
  }

  /** Only a daemon that has proved to have the cluster's key may say who somebody is. */
  @Test
  void whoTheClientIsIsNotForTheClientToSay() throws Exception {
    byte[] root = CallerFrame.encode(new Caller(0, 0, "root", "root", new int[] {0}));
    assertThat(refusalOf(root)).contains("isn't a client's");
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("echo"));
      assertThat(wire.exit()).isZero();
      wire.send(root);
      assertThat(wire.refusal()).contains("isn't a client's");
    }
  }

  @Test
  void anotherVersionIsRefused() throws Exception {
    assertThat(refusalOf(WireWriter.frame(Frames.HELLO).u8(2).toFrame()))
        .contains("protocol version 2");
  }

  @Test
  void aRequestCutOffInsideIsRefused() throws Exception {
    assertThat(refusalOf(WireWriter.frame(Frames.HELLO).u8(1).u32(1000).toFrame()))
        .contains("program claims 1000");
  }

  @Test
  void silenceAndHalfRequestsEndAtTheDeadline() throws Exception {
    assertThat(refusalOf(new byte[0])).contains("no complete request within 300 ms");
    byte[] hello = Wire.hello("echo");
    assertThat(refusalOf(Arrays.copyOf(hello, hello.length - 1))).contains("no complete request");
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("echo"));
      assertThat(wire.exit()).isZero();
      wire.send((byte) 0);
      assertThat(wire.refusal()).contains("no complete request");
    }
  }

  @Test
  void halfARequestDuringACommandEndsAtTheDeadlineToo() throws Exception {
    doors.command(
        "wait",
        in -> {
          in.disconnected().toCompletableFuture().get();
          return 0;
        });
    try (Wire wire = new Wire(doors.socket)) {
      byte[] hello = Wire.hello("wait");
      wire.send(hello);
      wire.send(Arrays.copyOf(hello, hello.length - 1));
      assertThat(wire.refusal()).contains("no complete request");
    }
  }

  @Test
  void theFirstMessageMustBeHello() throws Exception {
    assertThat(refusalOf(WireWriter.frame(Frames.STDIN_END).toFrame())).contains("must be HELLO");
  }

  @Test
  void messagesThatNobodyAskedForAreRefused() throws Exception {
    doors.command(
        "wait",
        in -> {
          in.disconnected().toCompletableFuture().get();
          return 0;
        });
    List<WireWriter> messages =
        List.of(
            WireWriter.frame(Frames.FILE_DATA).u32(1).u32(1),
            WireWriter.frame(Frames.STDIN_DATA).u32(1),
            WireWriter.frame(Frames.CHILD_EXIT).u32(1).u8(0).u32(0));
    for (WireWriter message : messages) {
      try (Wire wire = new Wire(doors.socket)) {
        wire.send(Wire.hello("wait"));
        wire.send(message.toFrame());
        assertThat(wire.refusal()).contains("was not asked for");
      }
    }
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("wait"));
      wire.send(Wire.hello("wait"));
      assertThat(wire.refusal()).contains("while a command is running");
    }
  }

  @Test
  void inputBeyondTheWindowIsRefused() throws Exception {
    doors.command(
        "srun",
        in -> {
          CountDownLatch end = new CountDownLatch(1);
          in.streamInput(new NeverConsuming(end));
          end.await();
          return 0;
        });
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("srun"));
      assertThat(new WireReader(wire.read().payload()).u32()).isEqualTo(Invocation.INPUT_WINDOW);
      byte[] chunk = WireWriter.frame(Frames.STDIN_DATA).raw(new byte[65536], 0, 65536).toFrame();
      for (int i = 0; i < Invocation.INPUT_WINDOW / 65536; i++) {
        wire.send(chunk);
      }
      wire.send(WireWriter.frame(Frames.STDIN_DATA).u8(1).toFrame());
      assertThat(wire.refusal()).contains("standard input runs ahead");
    }
  }

  private record NeverConsuming(CountDownLatch ended) implements InputListener {
    @Override
    public CompletionStage<Void> data(byte[] bytes) {
      return new CompletableFuture<>();
    }

    @Override
    public void end() {
      ended.countDown();
    }
  }

  @Test
  void aFileThatIsLargerThanAskedForIsRefused() throws Exception {
    doors.command("sbatch", in -> in.readFile("x", 10).length);
    try (Wire wire = new Wire(doors.socket)) {
      wire.send(Wire.hello("sbatch"));
      Wire.Frame request = wire.read();
      assertThat(request.type()).isEqualTo(Frames.READ_FILE);
      int id = new WireReader(request.payload()).u32();
      wire.send(WireWriter.frame(Frames.FILE_DATA).u32(id).raw(new byte[11], 0, 11).toFrame());
      assertThat(wire.refusal()).contains("more bytes than the 10");
    }
  }

  /** At a door that waits long: on a slow machine the first ones would be sent away for that. */
  @Test
  void allMemoryForRequestsCantBeTaken() throws Exception {
    byte[] part = new byte[6 << 20];
    byte[] head = WireWriter.frame(Frames.HELLO).toFrame();
    head[1] = 0x70; // 7 MiB are claimed, 6 come: three of them exceed 16 MiB.
    List<Wire> wires = new ArrayList<>();
    try (Doors patient = new Doors(60_000)) {
      int refused = 0;
      while (refused == 0) {
        assertThat(wires).hasSizeLessThan(16);
        Wire wire = new Wire(patient.socket);
        wires.add(wire);
        try {
          wire.send(head);
          wire.send(part);
        } catch (IOException e) {
          assertThat(wire.refusal()).contains("too many large requests");
          refused++;
        }
      }
      for (Wire wire : wires) {
        wire.close();
      }
      Doors.await("all is given back", () -> patient.door.budget().used() == 0);
    }
  }

  @Test
  void clientsBeyondTheLimitAreTurnedAway() throws Exception {
    List<Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        wires.add(new Wire(doors.socket));
        wires.get(i).send(Wire.hello("echo"));
        assertThat(wires.get(i).exit()).isZero();
      }
      try (Wire wire = new Wire(doors.socket)) {
        assertThat(wire.refusal()).contains("64 clients already");
      }
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
    Doors.await("connections are forgotten", () -> doors.door.connections() == 0);
  }

  @Test
  void whoConnectsAndSaysNothingTakesNobodysPlace() throws Exception {
    List<Wire> silent = new ArrayList<>();
    try (Doors patient = new Doors()) {
      patient.command("echo", in -> in.arguments().size());
      for (int i = 0; i < 64; i++) {
        silent.add(new Wire(patient.socket));
        silent.get(i).send((byte) 0);
      }
      Doors.await("all places are taken", () -> patient.door.connections() == 64);
      for (int i = 0; i < 3; i++) {
        try (Wire wire = new Wire(patient.socket)) {
          wire.send(Wire.hello("echo", "x"));
          assertThat(wire.exit()).isEqualTo(1);
        }
      }
      assertThat(silent.get(0).refusal()).contains("needs the place");
    } finally {
      for (Wire wire : silent) {
        wire.close();
      }
    }
  }

  @Test
  void garbageOfAllKindsLeavesTheDoorStanding() throws Exception {
    Random random = new Random(7);
    byte[] good = Wire.hello("echo", "a", "b");
    for (int round = 0; round < 500; round++) {
      byte[] bad = random.nextBoolean() ? good.clone() : new byte[random.nextInt(300)];
      for (int i = random.nextInt(1 + bad.length); i > 0; i -= 1 + i / 4) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try (Wire wire = new Wire(doors.socket)) {
        wire.send(bad);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void aClientThatDoesntReadHoldsOnlyItself() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    doors.command(
        "flood",
        in -> {
          byte[] block = new byte[1 << 20];
          while (!in.out().checkError()) {
            in.out().write(block);
          }
          ended.countDown();
          return 0;
        });
    try (Wire slow = new Wire(doors.socket)) {
      slow.send(Wire.hello("flood"));
      for (int i = 0; i < 20; i++) {
        try (Wire wire = new Wire(doors.socket)) {
          wire.send(Wire.hello("echo", "a"));
          assertThat(wire.exit()).isEqualTo(1);
        }
      }
    }
    ended.await();
  }

  @Test
  void oneConnectionServesManyCallsAndLateMessagesDontDisturb() throws Exception {
    try (Wire wire = new Wire(doors.socket)) {
      for (int i = 0; i < 2000; i++) {
        wire.send(Wire.hello("echo", "n" + i));
        Wire.Frame out = wire.read();
        assertThat(out.type()).isEqualTo(Frames.STDOUT);
        assertThat(out.text()).isEqualTo("[n" + i + "]\n");
        assertThat(wire.read().type()).isEqualTo(Frames.EXIT);
        wire.send(WireWriter.frame(Frames.SIGNAL).u8(2).toFrame());
      }
    }
  }

  @Test
  void aSecondDoorOnTheSameSocketIsRefused() throws Exception {
    FrontDoorSettings settings = FrontDoorSettings.at(doors.socket);
    assertThatThrownBy(() -> FrontDoor.open(settings, doors.commands, Route.HERE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());
  }
}
