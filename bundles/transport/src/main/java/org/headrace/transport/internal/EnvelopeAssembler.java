package org.headrace.transport.internal;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts fragments together to envelopes, and never keeps more of a sender than the largest envelope:
 * anyone who reaches the port can send fragments without end, and nothing is known about them
 * before the signature behind the last one has been checked. What is larger is dropped whole.
 */
final class EnvelopeAssembler implements FragmentHandler {
  private final FragmentHandler target;
  private final int maxLength;
  private final Map<Integer, Part> parts = new HashMap<>();

  private static final class Part {
    final UnsafeBuffer bytes;
    int length;
    boolean open;

    Part(int capacity) {
      bytes = new UnsafeBuffer(new byte[capacity]);
    }
  }

  /**
   * @param target gets whole envelopes
   * @param maxLength the largest that it wants
   */
  EnvelopeAssembler(FragmentHandler target, int maxLength) {
    this.target = target;
    this.maxLength = maxLength;
  }

  @Override
  public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    byte flags = header.flags();
    boolean begins = (flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
    boolean ends = (flags & FrameDescriptor.END_FRAG_FLAG) != 0;
    if (begins && ends) {
      target.onFragment(buffer, offset, length, header);
      return;
    }
    Part part =
        begins
            ? parts.computeIfAbsent(header.sessionId(), id -> new Part(maxLength))
            : parts.get(header.sessionId());
    if (part == null) {
      return;
    }
    if (begins) {
      part.length = 0;
      part.open = true;
    }
    if (!part.open || length > maxLength - part.length) {
      part.open = false;
      return;
    }
    part.bytes.putBytes(part.length, buffer, offset, length);
    part.length += length;
    if (ends) {
      part.open = false;
      target.onFragment(part.bytes, 0, part.length, header);
    }
  }

  /** Forgets what came from a sender that is gone. */
  void forget(int sessionId) {
    parts.remove(sessionId);
  }

  /** Of how many senders something is kept. */
  int senders() {
    return parts.size();
  }
}
