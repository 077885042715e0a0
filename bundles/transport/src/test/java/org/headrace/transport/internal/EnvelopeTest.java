package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.headrace.transport.internal.Envelope.Direction;
import org.headrace.transport.internal.Envelope.Kind;
import org.junit.jupiter.api.Test;

/** Only what was sealed is opened: to the bit, to the byte, and in its direction. */
class EnvelopeTest {
  private static final byte[] TEXT = "cancel job 17".getBytes(StandardCharsets.UTF_8);
  private final KeySigner signer = new KeySigner(1, 2, 3);
  private final byte[] sealed = seal(Kind.DATA, TEXT);

  private byte[] seal(Kind kind, byte[] payload) {
    ByteBuffer bytes =
        new Envelope(kind, true, 0x1234_5678_9ABCL, 7, payload)
            .seal(Direction.TO_CONTROLLER, signer);
    return Arrays.copyOf(bytes.array(), bytes.remaining());
  }

  private Envelope open(byte[] bytes) {
    return Envelope.open(new UnsafeBuffer(bytes), 0, bytes.length, Direction.TO_CONTROLLER, signer);
  }

  /** As one who has the key would write it. */
  private byte[] resigned(int at, int value) {
    byte[] changed = sealed.clone();
    changed[at] = (byte) value;
    int content = changed.length - signer.signatureLength();
    byte[] signature = signer.sign(ByteBuffer.wrap(changed, 0, content));
    System.arraycopy(signature, 0, changed, content, signature.length);
    return changed;
  }

  @Test
  void whatWasSealedIsOpened() {
    Envelope opened = open(sealed);
    assertThat(opened.payload()).isEqualTo(TEXT);
    assertThat(opened.session()).isEqualTo(0x1234_5678_9ABCL);
    assertThat(opened.counter()).isEqualTo(7);
    assertThat(open(seal(Kind.KNOCK, new byte[0])).payload()).isEmpty();
  }

  @Test
  void everyFlippedBitIsNoticed() {
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(open(changed)).as("bit %d", bit).isNull();
    }
  }

  @Test
  void everyCutIsNoticed() {
    for (int length = 0; length < sealed.length; length++) {
      assertThat(open(Arrays.copyOf(sealed, length))).as("first %d", length).isNull();
      assertThat(open(Arrays.copyOfRange(sealed, sealed.length - length, sealed.length)))
          .as("last %d", length)
          .isNull();
    }
  }

  @Test
  void everyExtensionIsNoticed() {
    for (int more = 1; more < 100; more++) {
      assertThat(open(Arrays.copyOf(sealed, sealed.length + more))).as("%d more", more).isNull();
      byte[] inFront = new byte[sealed.length + more];
      System.arraycopy(sealed, 0, inFront, more, sealed.length);
      assertThat(open(inFront)).as("%d in front", more).isNull();
    }
    byte[] twice = Arrays.copyOf(sealed, 2 * sealed.length);
    System.arraycopy(sealed, 0, twice, sealed.length, sealed.length);
    assertThat(open(twice)).isNull();
  }

  @Test
  void theOtherDirectionIsRefused() {
    assertThat(Envelope.open(new UnsafeBuffer(sealed), 0, sealed.length, Direction.TO_NODE, signer))
        .isNull();
  }

  @Test
  void anotherKeyIsRefused() {
    assertThat(
            Envelope.open(
                new UnsafeBuffer(sealed),
                0,
                sealed.length,
                Direction.TO_CONTROLLER,
                new KeySigner(1, 2, 4)))
        .isNull();
  }

  @Test
  void anotherVersionOrKindIsRefusedEvenIfSigned() {
    assertThat(open(resigned(0, 2))).isNotNull();
    for (int value = -128; value < 128; value++) {
      if (value != 2) {
        assertThat(open(resigned(0, value))).as("version %d", value).isNull();
      }
      if (value < 0 || value >= Kind.values().length) {
        assertThat(open(resigned(1, value))).as("kind %d", value).isNull();
      }
      if (value != Direction.TO_CONTROLLER.ordinal()) {
        assertThat(open(resigned(2, value))).as("direction %d", value).isNull();
      }
    }
  }

  @Test
  void lengthsAreLimited() {
    assertThat(open(new byte[0])).isNull();
    assertThat(open(seal(Kind.DATA, new byte[Envelope.MAX_PAYLOAD]))).isNotNull();
    assertThat(open(seal(Kind.DATA, new byte[Envelope.MAX_PAYLOAD + 1]))).isNull();
    assertThat(open(seal(Kind.DATA, new byte[Envelope.MAX_PAYLOAD])))
        .extracting(envelope -> envelope.payload().length)
        .isEqualTo(Envelope.MAX_PAYLOAD);
  }
}
