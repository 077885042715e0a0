package org.headrace.transport;

/** What a daemon says of itself to another one that connects. Its place is on the wire. */
public enum Standing {
  /** It takes no commands and knows of nobody who does: it catches up, or there is no leader. */
  WAITS,
  /** It takes commands. */
  SERVES,
  /** Another one takes commands, and this one is ready to take over. */
  FOLLOWS;

  /**
   * What a byte means; one of a later release, that this one doesn't know, means {@link #WAITS}.
   */
  public static Standing of(byte place) {
    return place == 1 ? SERVES : place == 2 ? FOLLOWS : WAITS;
  }
}
