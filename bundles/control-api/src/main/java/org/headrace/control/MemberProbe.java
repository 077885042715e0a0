package org.headrace.control;

import org.headrace.control.definition.ControllerMember;
import org.osgi.annotation.versioning.ProviderType;

/** Asks the controllers how they are. Safe for any thread. */
@ProviderType
public interface MemberProbe {
  /** How a controller is. */
  enum State {
    /** It takes commands. */
    LEADS,
    /** It has all that the leader had when its term began, and can take over. */
    FOLLOWS,
    /** It answers, and doesn't follow the leader yet. */
    CATCHES_UP,
    /** It doesn't answer. */
    SILENT
  }

  /** How a controller is; waits for two seconds at most. */
  State state(ControllerMember member);
}
