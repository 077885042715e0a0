package org.headrace.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTest {
  private static Hello hello() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/bin");
    environment.put("EMPTY", "");
    environment.put("GRÜSSE", "a=b\nc");
    return new Hello(
        "sbatch",
        List.of("-n", "4", "", "größe.sh"),
        "/home/me",
        environment,
        027,
        Map.of("NOFILE", new Hello.Limit(1024, -1)),
        5,
        132,
        43,
        4711,
        4700,
        "login1",
        "");
  }

  private static byte[] payload(byte[] frame) {
    return Arrays.copyOfRange(frame, Frames.HEADER, frame.length);
  }

  @Test
  void helloComesBackAsItWas() throws Exception {
    Hello decoded = Hello.decode(payload(hello().toFrame()));
    assertThat(decoded).isEqualTo(hello());
    assertThat(decoded.environment().keySet()).containsExactly("PATH", "EMPTY", "GRÜSSE");
  }

  @Test
  void bytesAfterTheLastKnownFieldAreIgnored() throws Exception {
    byte[] payload = payload(hello().toFrame());
    assertThat(Hello.decode(Arrays.copyOf(payload, payload.length + 10))).isEqualTo(hello());
  }

  @Test
  void everyTruncationIsAProtocolError() {
    byte[] payload = payload(hello().toFrame());
    int withoutResume = payload.length - 4; // As an older client says it.
    for (int length = 0; length < payload.length; length++) {
      if (length == withoutResume) {
        continue;
      }
      byte[] cut = Arrays.copyOf(payload, length);
      assertThatThrownBy(() -> Hello.decode(cut)).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void anotherVersionIsNamed() {
    byte[] payload = payload(hello().toFrame());
    payload[0] = 9;
    assertThatThrownBy(() -> Hello.decode(payload))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("protocol version 9")
        .hasMessageContaining("speaks 1");
  }

  @Test
  void changedBytesNeverCauseAnythingButAProtocolError() {
    Random random = new Random(42);
    byte[] good = payload(hello().toFrame());
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        Hello.decode(bad);
      } catch (ProtocolException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void framesComeOutWhateverPiecesTheyComeIn() throws Exception {
    byte[] one = hello().toFrame();
    byte[] two = WireWriter.frame(Frames.STDIN_END).toFrame();
    byte[] three = WireWriter.frame(Frames.STDIN_DATA).raw(new byte[60_000], 0, 60_000).toFrame();
    byte[] all = new byte[one.length + two.length + three.length];
    System.arraycopy(one, 0, all, 0, one.length);
    System.arraycopy(two, 0, all, one.length, two.length);
    System.arraycopy(three, 0, all, one.length + two.length, three.length);
    for (int piece : new int[] {1, 2, 3, 5, 7, 64, 1000, all.length}) {
      FrameDecoder decoder = new FrameDecoder();
      StringBuilder seen = new StringBuilder();
      for (int at = 0; at < all.length; at += piece) {
        ByteBuffer in = ByteBuffer.wrap(all, at, Math.min(piece, all.length - at));
        while (in.hasRemaining()) {
          if (decoder.feed(in)) {
            seen.append(decoder.type()).append(':').append(decoder.payload().length).append(' ');
          }
        }
      }
      assertThat(seen).hasToString("1:" + (one.length - 5) + " 6:0 5:60000 ");
    }
  }

  @Test
  void memoryFollowsWhatHasComeNotWhatIsClaimed() throws Exception {
    FrameDecoder decoder = new FrameDecoder();
    ByteBuffer in = ByteBuffer.allocate(1000);
    in.putInt(Frames.MAX_FRAME).put((byte) Frames.HELLO).position(1000).flip();
    assertThat(decoder.feed(in)).isFalse();
    assertThat(decoder.buffered()).isLessThan(10_000);
    assertThat(decoder.inFrame()).isTrue();
  }

  @Test
  void lengthsAndTypesOutOfBoundsAreRefused() {
    assertRefused(Frames.MAX_FRAME + 1, Frames.HELLO, "limit is 8388608");
    assertRefused(-1, Frames.HELLO, "4294967295 bytes");
    assertRefused(Frames.MAX_SMALL_FRAME + 1, Frames.STDIN_DATA, "limit is");
    assertRefused(0, Frames.STDOUT, "message type 65");
    assertRefused(0, 0, "message type 0");
  }

  private static void assertRefused(int length, int type, String message) {
    ByteBuffer in = ByteBuffer.allocate(5).putInt(length).put((byte) type).flip();
    assertThatThrownBy(() -> new FrameDecoder().feed(in))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(message);
  }
}
