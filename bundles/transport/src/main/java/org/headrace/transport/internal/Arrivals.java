package org.headrace.transport.internal;

import io.aeron.driver.Configuration;
import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.DriverConductorProxy;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.ErrorFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What the thread of a media driver sleeps on: a datagram at one of the driver's sockets ends the
 * sleep. Aeron itself only ever looks whether something is there, so that whoever drives it has to
 * look often or be late.
 *
 * <p>Aeron sets memory aside for whoever announces a stream, before a word is heard that could be
 * signed. So there is a bound to how many may and for how much: a flood of announcements can keep
 * new agents away while it lasts, and takes nothing from those that are connected.
 *
 * <p>{@link #wake} is safe for any thread, the rest for the driver's.
 */
final class Arrivals implements AutoCloseable {
  private static final int FEW_SOCKETS = 4;

  /** Datagrams; the driver's timers wait meanwhile. */
  private static final int AT_ONCE = 256;

  private static final int LARGEST_DATAGRAM = 1 << 16;

  /** What the system takes for a datagram of a few bytes. */
  private static final int BYTES_OF_HEARTBEAT = 1024;

  private final Selector selector;
  private final List<ReceiveEnd> ports = new ArrayList<>();
  private final List<SendEnd> ways = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
  private final UnsafeBuffer frame = new UnsafeBuffer(bytes);
  private final DataHeaderFlyweight data = new DataHeaderFlyweight(frame);
  private final SetupFlyweight setup = new SetupFlyweight(frame);
  private final StatusMessageFlyweight status = new StatusMessageFlyweight(frame);
  private final NakFlyweight lost = new NakFlyweight(frame);
  private final ErrorFlyweight error = new ErrorFlyweight(frame);
  private final RttMeasurementFlyweight roundTrip = new RttMeasurementFlyweight(frame);
  private final int mostSenders;
  private final int longestTerm;

  private Arrivals(Selector selector, int mostSenders, int longestTerm) {
    this.selector = selector;
    this.mostSenders = mostSenders;
    this.longestTerm = longestTerm;
  }

  /**
   * @param mostSenders how many may be heard at a time at one port
   * @param longestTerm bytes of the largest term buffer that a sender may ask for
   * @throws UncheckedIOException if the process has no file descriptors left
   */
  static Arrivals open(int mostSenders, int longestTerm) {
    try {
      return new Arrivals(Selector.open(), mostSenders, longestTerm);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How many bytes may wait at a socket: heartbeats of peers that share a thread come in one go.
   *
   * @return at most what the system allows, but no less than a driver wants
   */
  static int bufferLength(int peers) {
    int wanted = peers * BYTES_OF_HEARTBEAT;
    try (DatagramChannel probe = DatagramChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_RCVBUF, wanted);
      int allowed = Math.min(wanted, probe.getOption(StandardSocketOptions.SO_RCVBUF));
      return Math.max(Configuration.SOCKET_RCVBUF_LENGTH_DEFAULT, allowed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the sockets of a driver watched. */
  MediaDriver.Context watch(MediaDriver.Context context) {
    return context
        .sendChannelEndpointSupplier(SendEnd::new)
        .receiveChannelEndpointSupplier(ReceiveEnd::new);
  }

  /**
   * Sleeps until something has come that wasn't read, or {@link #wake} is or was called.
   *
   * @param millis how long at most, more than 0
   * @return true if something has come
   */
  boolean await(long millis) {
    try {
      return selector.select(key -> {}, millis) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void wake() {
    selector.wakeup();
  }

  /** Number of sockets: of ways to others, and of own ports. */
  int sockets() {
    return selector.keys().size();
  }

  /**
   * Reads what else has come, unless there are many sockets, each with one peer or two. Aeron reads
   * one datagram of each a round, and looks at all ways in each round: where hundreds send to one
   * it would never be done.
   */
  void readOn() {
    readOn(ports);
    readOn(ways);
  }

  private void readOn(List<? extends End> ends) {
    if (ends.size() <= FEW_SOCKETS) {
      for (End end : ends) {
        for (int i = 0; i < AT_ONCE && end.read(); i++) {}
      }
    }
  }

  /** A socket of the driver's. */
  private interface End {
    /** Takes a datagram as Aeron's own pollers do; returns false if there is none. */
    boolean read();
  }

  /** To be called after the driver's close: it lets go of its sockets. */
  @Override
  public void close() {
    CloseHelper.quietClose(selector);
  }

  private void watch(DatagramChannel socket) {
    try {
      socket.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class SendEnd extends SendChannelEndpoint implements End {
    /** Aeron hands it out with what it has read alone. */
    private DriverConductorProxy conductor;

    SendEnd(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
      super(channel, status, context);
    }

    @Override
    public void openDatagramChannel(AtomicCounter status) {
      super.openDatagramChannel(status);
      watch(receiveDatagramChannel);
      ways.add(this);
    }

    @Override
    public void close() {
      ways.remove(this);
      super.close();
    }

    @Override
    public void onStatusMessage(
        StatusMessageFlyweight message,
        UnsafeBuffer buffer,
        int length,
        InetSocketAddress source,
        DriverConductorProxy proxy) {
      conductor = proxy;
      super.onStatusMessage(message, buffer, length, source, proxy);
    }

    @Override
    public boolean read() {
      InetSocketAddress source = conductor == null ? null : receive(bytes);
      if (source == null) {
        return false;
      }
      int length = bytes.position();
      if (isValidFrame(frame, length)) {
        switch (FrameDescriptor.frameType(frame, 0)) {
          case HeaderFlyweight.HDR_TYPE_SM ->
              onStatusMessage(status, frame, length, source, conductor);
          case HeaderFlyweight.HDR_TYPE_NAK -> onNakMessage(lost, frame, length, source);
          case HeaderFlyweight.HDR_TYPE_ERR -> onError(error, frame, length, source, conductor);
          case HeaderFlyweight.HDR_TYPE_RTTM -> onRttMeasurement(roundTrip, frame, length, source);
          default -> {} // Not for who sends, or about ways back that there aren't.
        }
      }
      return true;
    }
  }

  private final class ReceiveEnd extends ReceiveChannelEndpoint implements End {
    private int senders;

    ReceiveEnd(
        UdpChannel channel,
        DataPacketDispatcher dispatcher,
        AtomicCounter status,
        MediaDriver.Context context) {
      super(channel, dispatcher, status, context);
    }

    @Override
    public void openDatagramChannel(AtomicCounter status) {
      super.openDatagramChannel(status);
      watch(receiveDatagramChannel);
      ports.add(this);
    }

    @Override
    public void close() {
      ports.remove(this);
      super.close();
    }

    @Override
    public boolean read() {
      InetSocketAddress source = receive(bytes);
      if (source == null) {
        return false;
      }
      int length = bytes.position();
      if (isValidFrame(frame, length)) {
        switch (FrameDescriptor.frameType(frame, 0)) {
          case HeaderFlyweight.HDR_TYPE_DATA, HeaderFlyweight.HDR_TYPE_PAD ->
              onDataPacket(data, frame, length, source, 0);
          case HeaderFlyweight.HDR_TYPE_SETUP -> onSetupMessage(setup, frame, length, source, 0);
          case HeaderFlyweight.HDR_TYPE_RTTM ->
              onRttMeasurement(roundTrip, frame, length, source, 0);
          default -> {} // Not for who listens.
        }
      }
      return true;
    }

    @Override
    public void onSetupMessage(
        SetupFlyweight setup,
        UnsafeBuffer buffer,
        int length,
        InetSocketAddress source,
        int transport) {
      if (senders < mostSenders && setup.termLength() <= longestTerm) {
        super.onSetupMessage(setup, buffer, length, source, transport);
      }
    }

    @Override
    public void incRefImages() {
      senders++;
      super.incRefImages();
    }

    @Override
    public void decRefImages() {
      senders--;
      super.decRefImages();
    }
  }
}
