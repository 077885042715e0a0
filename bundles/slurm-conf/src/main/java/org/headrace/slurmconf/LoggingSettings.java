package org.headrace.slurmconf;

import java.util.Set;

/**
 * What is logged where. Levels are quiet, fatal, error, info, verbose, debug to debug5.
 *
 * @param slurmctldDebug level
 * @param slurmctldLogFile or empty for syslog
 * @param slurmdDebug level
 * @param slurmdLogFile or empty for syslog; %n and %h as in slurmdSpoolDir
 * @param schedLogFile or empty
 * @param schedLogLevel 0 or 1
 * @param debugFlags lower case
 * @param timeFormat LogTimeFormat
 */
public record LoggingSettings(
    String slurmctldDebug,
    String slurmctldLogFile,
    String slurmdDebug,
    String slurmdLogFile,
    String schedLogFile,
    int schedLogLevel,
    Set<String> debugFlags,
    String timeFormat) {
  /** Copies its arguments. */
  public LoggingSettings {
    debugFlags = Set.copyOf(debugFlags);
  }
}
