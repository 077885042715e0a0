package org.headrace.rest.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the bodies of all requests that are being read or worked on: many at one time, each of
 * which is allowed, must not take the controller's. Thread-safe.
 */
final class BodyBudget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param most bytes of all bodies together
   */
  BodyBudget(long most) {
    this.most = most;
  }

  /** The part of one request. Used by one thread. */
  final class Share implements AutoCloseable {
    private long bytes;

    /**
     * Takes more.
     *
     * @throws Problem.Raised if there isn't so much left
     */
    void take(int more) throws Problem.Raised {
      if (taken.addAndGet(more) > most) {
        taken.addAndGet(-more);
        throw Problem.of(
                Problem.UNAVAILABLE,
                "Resource temporarily unavailable",
                "The bodies of all requests have "
                    + most
                    + " bytes at one time (HeadraceRestParameters=max_bodies=); try again")
            .raised();
      }
      bytes += more;
    }

    @Override
    public void close() {
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }

  Share share() {
    return new Share();
  }

  /** What is in use now. */
  long taken() {
    return taken.get();
  }
}
