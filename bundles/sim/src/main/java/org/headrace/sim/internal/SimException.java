package org.headrace.sim.internal;

/** Something that the user can put right; the message says what is wrong, and where. */
public final class SimException extends Exception {
  private static final long serialVersionUID = 1L;

  public SimException(String message) {
    super(message);
  }
}
