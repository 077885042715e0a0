package org.headrace.core.internal;

import org.headrace.control.command.Actor;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Flag;

/** What users may do with reservations that aren't administrators. */
final class ReservationRights {
  private final Machine machine;
  private final ClusterState state;

  ReservationRights(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** Administrators may, and where users may delete theirs, who may use it. */
  boolean mayDelete(ReservationDefinition one, Actor actor) {
    if (state.admin(actor)) {
      return true;
    }
    return one != null
        && (one.has(Flag.USER_DELETE)
            || state.configuration.definition().hasWord("SlurmctldParameters", "user_resv_delete"))
        && one.users().admits(actor.user())
        && (one.groups().names().isEmpty() || one.groups().ids().contains(actor.gid()))
        && (one.accounts().names().isEmpty() || inAccount(one, actor));
  }

  private boolean inAccount(ReservationDefinition one, Actor actor) {
    return machine.accounts.accounts().associations().stream()
        .anyMatch(own -> own.user().equals(actor.user()) && one.accounts().admits(own.account()));
  }
}
