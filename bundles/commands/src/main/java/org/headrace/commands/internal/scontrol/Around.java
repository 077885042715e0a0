package org.headrace.commands.internal.scontrol;

import java.time.Clock;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.control.Control;
import org.headrace.control.MemberProbe;
import org.headrace.control.Operations;
import org.headrace.control.Verbosity;
import org.headrace.control.plugin.Plugins;

/**
 * What scontrol asks and tells.
 *
 * @param control the controller
 * @param plugins its plugins, or null
 * @param probe asks other controllers; null where there is no way to
 * @param verbosity the level of its log, or null where it has one only
 * @param operations looks after the daemons, or null where nobody does
 * @param debugFlags the flags that were set since the start
 * @param clock the time
 * @param tokens makes tokens, or null where nobody does
 */
public record Around(
    Control control,
    Plugins plugins,
    MemberProbe probe,
    Verbosity verbosity,
    Operations operations,
    DebugFlags debugFlags,
    Clock clock,
    TokenAuthority tokens) {
  /** Where nobody makes tokens. */
  public Around(
      Control control,
      Plugins plugins,
      MemberProbe probe,
      Verbosity verbosity,
      Operations operations,
      DebugFlags debugFlags,
      Clock clock) {
    this(control, plugins, probe, verbosity, operations, debugFlags, clock, null);
  }
}
