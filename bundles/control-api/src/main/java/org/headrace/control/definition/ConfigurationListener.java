package org.headrace.control.definition;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that is told when the configuration has been read again and is in force, whoever asked
 * for it. It is called on a thread of the controller's, and must neither wait nor throw.
 */
@ConsumerType
public interface ConfigurationListener {
  /** The settings of {@code slurm.conf} that now count. */
  void inForce(Map<String, String> settings);
}
