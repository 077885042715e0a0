package org.headrace.rest.internal;

import java.io.IOException;
import org.headrace.control.front.Caller;

/**
 * What a connection can prove about who asks.
 *
 * @param kernel says who is at the other end; null where it can't
 * @param tokens whether tokens count
 */
record Proof(Kernel kernel, boolean tokens) {
  /** Tokens alone count. */
  static final Proof BY_TOKEN = new Proof(null, true);

  /** Says who is at the other end of a connection. */
  @FunctionalInterface
  interface Kernel {
    Caller caller() throws IOException;
  }
}
