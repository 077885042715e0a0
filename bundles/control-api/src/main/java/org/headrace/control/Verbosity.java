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

  /** A part of the controller whose log can be made to say more by itself. */
  enum Area {
    PLANNING,
    SELECTION,
    PRIORITY,
    NODES,
    MESSAGES,
    GRES,
    ACCOUNTING
  }

  /** The level in force. */
  Level level();

  /**
   * Puts a level into force, until the controller is started anew.
   *
   * @throws java.io.IOException if the log can't be configured
   */
  void level(Level level) throws java.io.IOException;

  /**
   * Has these areas, and no others, say more than the level in force, until the controller is
   * started anew.
   *
   * @throws java.io.IOException if the log can't be configured
   */
  default void detailed(java.util.Set<Area> areas) throws java.io.IOException {}
}
