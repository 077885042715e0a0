package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.headrace.api.model.ClusterView;

/** The partitions' doors. A queue says a partition's name by the same object, mostly. */
final class Doors {
  private static final int FEW = 16;

  private final ClusterView view;
  private final Map<String, Door> all = new HashMap<>();
  private Door[] some = {};

  Doors(ClusterView view) {
    this.view = view;
  }

  /** The door of a partition. */
  Door of(String name) {
    for (Door door : some) {
      if (door.name() == name) {
        return door;
      }
    }
    Door known = all.get(name);
    if (known == null) {
      known = new Door(name, view.partition(name), !view.reservations().isEmpty());
      all.put(name, known);
      if (some.length < FEW) {
        some = Arrays.copyOf(some, some.length + 1);
        some[some.length - 1] = known;
      }
    }
    return known;
  }
}
