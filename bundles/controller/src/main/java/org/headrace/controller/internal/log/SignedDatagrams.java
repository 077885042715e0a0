package org.headrace.controller.internal.log;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ImageConnection;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.DataHeaderFlyweight;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.headrace.api.credential.MessageSigner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both ends of the links between members, with the cluster's signature behind every datagram. What
 * doesn't have it is dropped before Aeron looks at it: whoever could write to the log, vote, or
 * read the archive could do anything on the cluster, and Aeron itself believes every datagram.
 *
 * <p>For a driver of one thread: the buffers are shared.
 */
final class SignedDatagrams {
  private static final Logger LOG = LoggerFactory.getLogger(SignedDatagrams.class);

  /** The largest payload of a UDP datagram. */
  private static final int MAX_DATAGRAM = 65_507;

  /** In front of what is signed, so that nothing that was signed for another use is taken. */
  private static final byte[] USE = "headrace log".getBytes(StandardCharsets.US_ASCII);

  private static final long COMPLAINT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final MessageSigner signer;
  private final int signatureLength;
  private final byte[] signature;
  private final ByteBuffer signed = ByteBuffer.allocate(USE.length + MAX_DATAGRAM).put(USE);
  private final ByteBuffer wire = ByteBuffer.allocateDirect(MAX_DATAGRAM);
  private long lastComplaint = System.nanoTime() - COMPLAINT_NANOS;
  private long dropped;

  SignedDatagrams(MessageSigner signer) {
    this.signer = signer;
    signatureLength = signer.signatureLength();
    signature = new byte[signatureLength];
  }

  SendChannelEndpoint sendEnd(
      UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
    return new SendEnd(channel, status, context);
  }

  ReceiveChannelEndpoint receiveEnd(
      UdpChannel channel,
      DataPacketDispatcher dispatcher,
      AtomicCounter status,
      MediaDriver.Context context) {
    return new ReceiveEnd(channel, dispatcher, status, context);
  }

  /** The remaining bytes, which are used up, and their signature. */
  private ByteBuffer seal(ByteBuffer datagram) {
    signed.limit(signed.capacity()).position(USE.length);
    wire.clear();
    int start = datagram.position();
    signed.put(datagram).flip();
    datagram.position(start);
    wire.put(datagram).put(signer.sign(signed)).flip();
    return wire;
  }

  /** Whether a datagram has its signature. */
  private boolean sealed(UnsafeBuffer datagram, int length) {
    int content = length - signatureLength;
    if (content > 0) {
      signed.limit(signed.capacity()).position(USE.length);
      datagram.getBytes(0, signed, content);
      signed.flip();
      datagram.getBytes(content, signature);
      if (signer.verify(signed, signature)) {
        return true;
      }
    }
    dropped++;
    return false;
  }

  private void complain(UdpChannel channel) {
    long now = System.nanoTime();
    if (now - lastComplaint >= COMPLAINT_NANOS) {
      lastComplaint = now;
      LOG.warn(
          "{} datagrams so far came to a port of the log without the cluster's signature and were"
              + " dropped, the last one at {}. If they are from another member, its key differs:"
              + " the key file has to be the same on all",
          dropped,
          channel.localData());
    }
  }

  private int withoutSignature(int sent) {
    return Math.max(0, sent - signatureLength);
  }

  private final class SendEnd extends SendChannelEndpoint {
    SendEnd(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
      super(channel, status, context);
    }

    @Override
    public int send(ByteBuffer buffer) {
      return withoutSignature(super.send(seal(buffer)));
    }

    @Override
    public int send(ByteBuffer buffer, InetSocketAddress address) {
      return withoutSignature(super.send(seal(buffer), address));
    }

    @Override
    public boolean isValidFrame(UnsafeBuffer buffer, int length) {
      if (!sealed(buffer, length)) {
        complain(udpChannel());
        return false;
      }
      return super.isValidFrame(buffer, length - signatureLength);
    }
  }

  private final class ReceiveEnd extends ReceiveChannelEndpoint {
    ReceiveEnd(
        UdpChannel channel,
        DataPacketDispatcher dispatcher,
        AtomicCounter status,
        MediaDriver.Context context) {
      super(channel, dispatcher, status, context);
    }

    @Override
    public boolean isValidFrame(UnsafeBuffer buffer, int length) {
      if (!sealed(buffer, length)) {
        complain(udpChannel());
        return false;
      }
      return super.isValidFrame(buffer, length - signatureLength);
    }

    @Override
    public int onDataPacket(
        DataHeaderFlyweight header,
        UnsafeBuffer buffer,
        int length,
        InetSocketAddress source,
        int transport) {
      return super.onDataPacket(header, buffer, length - signatureLength, source, transport);
    }

    @Override
    protected void send(ByteBuffer buffer, int length, ImageConnection[] connections) {
      super.send(seal(buffer), length + signatureLength, connections);
    }

    @Override
    protected void send(ByteBuffer buffer, int length, int transport, InetSocketAddress address) {
      super.send(seal(buffer), length + signatureLength, transport, address);
    }
  }
}
