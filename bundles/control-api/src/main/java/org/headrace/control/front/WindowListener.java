package org.headrace.control.front;

import org.osgi.annotation.versioning.ConsumerType;

/** Told when the size of the client's terminal changes. */
@ConsumerType
@FunctionalInterface
public interface WindowListener {
  /** The terminal now has this many columns and rows. */
  void resized(int columns, int rows);
}
