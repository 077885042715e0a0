package org.headrace.control.front;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who people are, as the kernel and the accounts of this machine know them. Safe for any thread.
 */
@ProviderType
public interface Callers {
  /**
   * Who is at the other end of a UNIX socket: the kernel says so, and nothing in it comes from the
   * client.
   *
   * @throws IOException if the kernel or the accounts can't tell
   */
  Caller at(SocketChannel channel) throws IOException;

  /**
   * The user of this name, with its groups: for doors where something else than the kernel has
   * proved who it is.
   *
   * @return null if there is none
   * @throws IOException if the system's accounts can't be read
   */
  Caller named(String user) throws IOException;

  /**
   * The user with this name or number.
   *
   * @return null if there is none
   * @throws IOException if the system's accounts can't be read
   */
  Account user(String name) throws IOException;

  /** The group with this name or number; like {@link #user}. */
  Account group(String name) throws IOException;
}
