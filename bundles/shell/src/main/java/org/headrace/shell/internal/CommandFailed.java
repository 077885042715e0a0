package org.headrace.shell.internal;

/** A command could not be carried out; the message is all that the administrator needs. */
final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;

  CommandFailed(String message) {
    super(message);
  }
}
