package org.headrace.control.front;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One user command, such as {@code squeue}. Registered as an OSGi service; the front door finds it
 * by {@link #name()} and runs it each time a client asks for it. A site adds a command by adding a
 * bundle; when two services have one name, the higher service ranking serves.
 */
@ConsumerType
public interface UserCommand {
  /** The word that a user types, for example {@code squeue}; the same at every call. */
  String name();

  /** One line, without a full stop, that says what the command does. */
  String summary();

  /**
   * Runs the command once. Called on a worker thread of the front door, for many clients at the
   * same time, so an implementation keeps its state per invocation. It may block, for as long as
   * the user's program lasts if need be; it should end soon after {@link
   * Invocation#disconnected()}.
   *
   * @return the exit status of the client, 0 to 255
   * @throws Exception anything that stops the command; the client then prints {@code <name>: error:
   *     <message>} and exits with 1
   */
  int run(Invocation invocation) throws Exception;
}
