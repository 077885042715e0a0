package org.headrace.launcher.internal;

/** An order that can't be carried out as given; the message says what and what would be right. */
final class LaunchRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  LaunchRefusedException(String message) {
    super(message);
  }
}
