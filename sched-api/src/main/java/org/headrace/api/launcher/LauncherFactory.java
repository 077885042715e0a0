package org.headrace.api.launcher;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The service that a launcher plugin registers. One process may host several nodes, so a node's
 * spool directory is given here and not in the plugin's own configuration.
 */
@ConsumerType
public interface LauncherFactory {

  /**
   * Opens the launcher of one node. Nothing is started or recovered yet; call {@link
   * Launcher#recover} next.
   *
   * @throws IOException if the spool directory or a needed program cannot be used; the message says
   *     which and what would be right
   */
  Launcher open(LauncherSettings settings) throws IOException;
}
