package org.headrace.control.plugin;

/**
 * How a plugin does.
 *
 * @param kind kind
 * @param name name
 * @param version version of its bundle
 * @param state what it is used for
 * @param calls calls so far
 * @param meanMicros mean duration of a call, in microseconds
 * @param worstMicros longest call, in microseconds
 * @param faults calls that failed
 * @param lastFault what went wrong last, or the empty string
 */
public record PluginStatus(
    String kind,
    String name,
    String version,
    State state,
    long calls,
    long meanMicros,
    long worstMicros,
    long faults,
    String lastFault) {
  /** What a plugin is used for. */
  public enum State {
    /** It serves. */
    ACTIVE,
    /** It is there and not used. */
    AVAILABLE,
    /** It runs beside the one that serves. */
    SHADOW,
    /** It failed too often and isn't used until it is chosen again. */
    QUARANTINED,
    /** It is named by the configuration and isn't there. */
    MISSING
  }
}
