package org.headrace.frontdoor.internal;

import java.io.IOException;
import org.headrace.transport.SealedChannel;
import org.headrace.transport.Standing;

/** Where commands are carried out. Thread-safe. */
public interface Route {
  /** Where that is. */
  enum Place {
    HERE,
    /** By the controller that leads, which isn't this one. */
    ELSEWHERE,
    /** That is still open, or nobody leads. */
    UNKNOWN
  }

  /** Always here. */
  Route HERE =
      new Route() {
        @Override
        public Place place() {
          return Place.HERE;
        }

        @Override
        public SealedChannel reach() throws IOException {
          throw new IOException("commands are carried out here");
        }
      };

  Place place();

  /** What to say of this daemon to others. */
  default Standing standing() {
    return place() == Place.HERE ? Standing.SERVES : Standing.WAITS;
  }

  /**
   * Connects to the controller that leads; waits for moments at most.
   *
   * @throws IOException if there is none that can be reached now; the message says what was tried
   */
  SealedChannel reach() throws IOException;
}
