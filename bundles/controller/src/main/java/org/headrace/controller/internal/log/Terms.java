package org.headrace.controller.internal.log;

/** Is told of the terms in which members lead. */
interface Terms {
  /**
   * A term has begun. Called on the service's thread.
   *
   * @param member who leads in it
   */
  void begun(long term, int member);

  /** A term of this member is over, and nobody leads as far as it knows. Called on any thread. */
  void ended(long term);
}
