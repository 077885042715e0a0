package org.headrace.core.internal;

import org.headrace.core.PublishedState;

/** Makes published states. */
public final class Publisher {
  private final Machine machine;
  private final ClusterState state;
  private Structure structure;
  private Published last;
  private Latest latest = new Latest();
  private Openings openings = Openings.NONE;

  public Publisher(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** The state as it is now; the same object as long as nothing was carried out in between. */
  public PublishedState publish() {
    if (last != null && last.version() == state.version) {
      return last;
    }
    boolean old =
        structure == null
            || structure.version != state.structureVersion
            || state.nodes.viewsChanged();
    if (old) {
      structure = new Structure(state);
    }
    openings =
        openings.at(
            machine.reservations.all(),
            state.configuration.qualities().values(),
            state.time,
            state.table.size());
    last = new Published(machine, structure, openings, latest);
    return last;
  }

  /** Forgets what was published, after the state was replaced. */
  public void reset() {
    structure = null;
    last = null;
    latest = new Latest();
  }
}
