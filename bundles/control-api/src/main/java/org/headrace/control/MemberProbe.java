package org.headrace.control;

import org.headrace.control.definition.ControllerMember;
import org.osgi.annotation.versioning.ProviderType;

/** Asks the controllers whether they are there. Safe for any thread. */
@ProviderType
public interface MemberProbe {
  /** Whether a controller answers, leading or not; waits for two seconds at most. */
  boolean answers(ControllerMember member);
}
