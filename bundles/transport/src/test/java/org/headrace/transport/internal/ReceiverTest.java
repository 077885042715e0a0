package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.headrace.transport.internal.Envelope.Kind;
import org.junit.jupiter.api.Test;

class ReceiverTest {
  private static final long SESSION = 99;
  private final Receiver receiver = new Receiver(SESSION);

  private static Envelope part(long session, long counter, boolean last, int length) {
    return new Envelope(Kind.DATA, last, session, counter, new byte[length]);
  }

  @Test
  void aMessageIsTakenOnce() throws Exception {
    assertThat(receiver.take(part(SESSION, 1, true, 5))).hasSize(5);
    assertThat(receiver.take(part(SESSION, 1, true, 5))).isNull();
    assertThat(receiver.take(part(SESSION, 0, true, 5))).isNull();
    assertThat(receiver.take(part(SESSION, -1, true, 5))).isNull();
    assertThat(receiver.take(part(SESSION, Long.MIN_VALUE, true, 5))).isNull();
    assertThat(receiver.take(part(SESSION, 2, true, 6))).hasSize(6);
  }

  @Test
  void aRepeatedPartIsNotInTheMessageTwice() throws Exception {
    assertThat(receiver.take(part(SESSION, 1, false, 5))).isNull();
    assertThat(receiver.take(part(SESSION, 1, false, 5))).isNull();
    assertThat(receiver.take(part(SESSION, 2, true, 5))).hasSize(10);
  }

  @Test
  void aMissingOneIsNoticed() throws Exception {
    receiver.take(part(SESSION, 1, true, 5));
    assertThatThrownBy(() -> receiver.take(part(SESSION, 3, true, 5)))
        .isInstanceOf(Receiver.OutOfOrder.class)
        .hasMessage("envelope 3 after 1");
    assertThatThrownBy(() -> receiver.take(part(SESSION, Long.MAX_VALUE, true, 5)))
        .isInstanceOf(Receiver.OutOfOrder.class);
  }

  @Test
  void anotherSessionsMessageIsNeverDue() {
    assertThat(receiver.belongs(part(SESSION + 1, 1, true, 5))).isFalse();
    assertThat(receiver.expects(part(SESSION + 1, 1, true, 5))).isFalse();
    assertThat(receiver.expects(part(SESSION, 2, true, 5))).isFalse();
    assertThat(receiver.expects(part(SESSION, 1, true, 5))).isTrue();
  }

  @Test
  void aMessageWithoutEndIsRefused() {
    assertThatThrownBy(
            () -> {
              for (int i = 1; i < 10_000; i++) {
                receiver.take(part(SESSION, i, false, Envelope.MAX_PAYLOAD));
              }
            })
        .isInstanceOf(Receiver.OutOfOrder.class)
        .hasMessageContaining("more than");
  }
}
