package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.aeron.protocol.DataHeaderFlyweight;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What strangers send takes no more memory and no more lines of the log than there is room for. */
class FloodTest {
  private static final int MAX = 1000;
  private final List<byte[]> whole = new ArrayList<>();
  private final EnvelopeAssembler assembler =
      new EnvelopeAssembler(
          (buffer, offset, length, header) -> {
            byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            whole.add(copy);
          },
          MAX);

  private void fragment(int sender, int flags, int length, int fill) {
    byte[] frame = new byte[DataHeaderFlyweight.HEADER_LENGTH + length];
    Arrays.fill(frame, DataHeaderFlyweight.HEADER_LENGTH, frame.length, (byte) fill);
    UnsafeBuffer buffer = new UnsafeBuffer(frame);
    DataHeaderFlyweight flyweight = new DataHeaderFlyweight(buffer);
    flyweight.flags((short) flags);
    flyweight.sessionId(sender);
    Header header = new Header(0, 16);
    header.buffer(buffer);
    header.offset(0);
    assembler.onFragment(buffer, DataHeaderFlyweight.HEADER_LENGTH, length, header);
  }

  private static final int BEGIN = FrameDescriptor.BEGIN_FRAG_FLAG & 0xFF;
  private static final int END = FrameDescriptor.END_FRAG_FLAG & 0xFF;

  @Test
  void fragmentsOfDifferentSendersArePutTogetherApart() {
    fragment(1, BEGIN, 300, 1);
    fragment(2, BEGIN, 300, 2);
    fragment(1, 0, 300, 1);
    fragment(2, END, 300, 2);
    fragment(1, END, 400, 1);
    assertThat(whole).hasSize(2);
    assertThat(whole.get(0)).hasSize(600).containsOnly(2);
    assertThat(whole.get(1)).hasSize(1000).containsOnly(1);
  }

  @Test
  void whatIsTooLargeIsDroppedWholeAndTheNextIsTaken() {
    fragment(1, BEGIN, 600, 1);
    for (int i = 0; i < 100_000; i++) {
      fragment(1, 0, 600, 1);
    }
    fragment(1, END, 1, 1);
    assertThat(whole).isEmpty();
    fragment(1, 0, 10, 1);
    fragment(1, END, 10, 1);
    assertThat(whole).as("an end without a beginning").isEmpty();
    fragment(1, BEGIN, 600, 3);
    fragment(1, END, 400, 3);
    assertThat(whole).hasSize(1);
    assertThat(whole.get(0)).hasSize(1000).containsOnly(3);
  }

  @Test
  void nothingIsKeptOfSendersThatAreGone() {
    for (int sender = 0; sender < 100; sender++) {
      fragment(sender, BEGIN, 10, 1);
      fragment(sender + 1000, END, 10, 1);
    }
    assertThat(assembler.senders()).isEqualTo(100);
    for (int sender = 0; sender < 100; sender++) {
      assembler.forget(sender);
    }
    assertThat(assembler.senders()).isZero();
  }

  @Test
  void complaintsAreFewAndCountWhatTheyLeaveOut() {
    List<String> lines = new ArrayList<>();
    Logger log =
        (Logger)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Logger.class},
                (proxy, method, arguments) -> {
                  lines.add(
                      Arrays.stream(arguments)
                          .skip(1)
                          .map(String::valueOf)
                          .collect(Collectors.joining(" ")));
                  return null;
                });
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    Complaints complaints = new Complaints(log, clock::get);
    for (int i = 0; i < 100_000; i++) {
      complaints.say("bad");
    }
    assertThat(lines).containsExactly("bad");
    clock.addAndGet(Complaints.PAUSE_NANOS);
    complaints.say("bad");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains("bad").contains("99999");
  }

  @Test
  void aStrangersNameCannotWriteLinesOfItsOwn() {
    assertThat(Complaints.shown("n1\n2026 ERROR all is lost\u001b[2J\u2028"))
        .isEqualTo("n1?2026 ERROR all is lost?[2J?");
    assertThat(Complaints.shown("x".repeat(100_000))).hasSizeLessThan(70);
  }
}
