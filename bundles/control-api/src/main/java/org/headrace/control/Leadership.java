package org.headrace.control;

import java.util.Optional;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which of the controllers leads. Only the leader offers {@link Control} and what goes with it; the
 * others follow, and can take over.
 *
 * <p>There as soon as the controller has read its configuration, long before it leads. Safe for any
 * thread.
 */
@ProviderType
public interface Leadership {
  /** All controllers, and which of them this one is. */
  Controllers controllers();

  /** Whether this controller leads and takes commands. */
  boolean leads();

  /**
   * Who leads as far as this controller knows; empty during an election and while too few members
   * are there.
   */
  Optional<ControllerMember> leader();

  /**
   * Has a listener called after each change of {@link #leads} or {@link #leader}, on a thread that
   * must not be held up, until the result is closed.
   *
   * @return closes without exceptions
   */
  Control.Registration listen(Runnable listener);
}
