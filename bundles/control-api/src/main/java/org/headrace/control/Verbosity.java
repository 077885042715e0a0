package org.headrace.control;

import org.osgi.annotation.versioning.ProviderType;

/** How much the controller writes to its log. Safe for any thread. */
@ProviderType
public interface Verbosity {
  /** From nothing to everything. */
  enum Level {
    OFF,
    ERROR,
    INFO,
    DEBUG,
    TRACE
  }

  /** The level in force. */
  Level level();

  /**
   * Puts a level into force, until the controller is started anew.
   *
   * @throws java.io.IOException if the log can't be configured
   */
  void level(Level level) throws java.io.IOException;
}
