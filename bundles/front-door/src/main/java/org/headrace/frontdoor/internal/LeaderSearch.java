package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.headrace.api.credential.MessageSigner;
import org.headrace.transport.SealedChannel;
import org.headrace.transport.Standing;

/**
 * Finds the controller that leads by asking all of them, the last one that did first. Only that one
 * takes a conversation. Thread-safe.
 */
final class LeaderSearch {
  private static final int MILLIS = 2000;

  /** Many clients wait while nobody leads; they needn't all ask. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final MessageSigner signer;
  private final List<InetSocketAddress> controllers;
  private volatile InetSocketAddress last;
  private long failed;
  private IOException why; // These two under this.

  /**
   * @param controllers the others, or all of them where there is none here
   */
  LeaderSearch(MessageSigner signer, List<InetSocketAddress> controllers) {
    this.signer = signer;
    this.controllers = List.copyOf(controllers);
  }

  /**
   * Connects to the one that leads.
   *
   * @throws IOException if none does; the message says what each of them said
   */
  SealedChannel connect() throws IOException {
    InetSocketAddress known = last;
    if (known != null) {
      try {
        return SealedChannel.connect(known, signer, MILLIS);
      } catch (IOException e) {
        last = null;
      }
    }
    return askAll();
  }

  private synchronized SealedChannel askAll() throws IOException {
    if (why != null && System.nanoTime() - failed < PAUSE_NANOS) {
      throw why;
    }
    List<String> said = new ArrayList<>();
    for (InetSocketAddress controller : controllers) {
      try {
        // Again each time: addresses of names may change.
        InetSocketAddress now =
            new InetSocketAddress(controller.getHostString(), controller.getPort());
        if (now.isUnresolved()) {
          throw new IOException("its name isn't known");
        }
        SealedChannel channel = SealedChannel.connect(now, signer, MILLIS);
        last = now;
        why = null;
        return channel;
      } catch (SealedChannel.Declined e) {
        said.add(shown(controller) + " doesn't lead");
      } catch (IOException e) {
        said.add(shown(controller) + ": " + e.getMessage());
      }
    }
    failed = System.nanoTime();
    why =
        new IOException(
            "Unable to contact slurm controller (connect failure): " + String.join("; ", said));
    throw why;
  }

  /** What a controller says of itself; null if it doesn't answer. */
  Standing standing(InetSocketAddress controller) {
    try {
      SealedChannel.connect(
              new InetSocketAddress(controller.getHostString(), controller.getPort()),
              signer,
              MILLIS)
          .close();
      return Standing.SERVES;
    } catch (SealedChannel.Declined e) {
      return e.standing();
    } catch (IOException e) {
      return null;
    }
  }

  private static String shown(InetSocketAddress controller) {
    return controller.getHostString() + ":" + controller.getPort();
  }
}
