package org.headrace.control.front;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives the client's standard input as it comes. Calls are made one after the other on a thread
 * of the front door.
 */
@ConsumerType
public interface InputListener {
  /**
   * The next bytes; the array belongs to the listener.
   *
   * @return a stage that completes when these bytes have been passed on. The client may be at most
   *     {@link Invocation#INPUT_WINDOW} bytes ahead of what has been passed on, so a slow consumer
   *     slows down whoever writes to the client. A failed stage ends the stream.
   */
  CompletionStage<Void> data(byte[] bytes);

  /** The input has ended, or the client is gone. Called exactly once. */
  void end();
}
