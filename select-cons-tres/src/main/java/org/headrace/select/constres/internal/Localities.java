package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.NodeView;

/**
 * The places on a node that its devices are close to, in all combinations in which a job may be in
 * several of them: fewer first, and of as many the first devices' first. The same on all nodes of a
 * kind. Immutable.
 */
final class Localities {
  /** Combinations of more places than this aren't looked at one by one. */
  private static final int MOST = 10;

  /**
   * Some of the places.
   *
   * @param places cores of each
   * @param cores of all of them
   */
  record Some(List<CoreSet> places, CoreSet cores) {}

  private final List<Some> all;

  private Localities(List<Some> all) {
    this.all = all;
  }

  /**
   * @param wanted how much of each entry of the node's inventory: devices of which none are wanted
   *     don't matter
   */
  static Localities of(NodeView node, long[] wanted) {
    List<CoreSet> places = new ArrayList<>();
    for (int i = 0; i < wanted.length; i++) {
      for (GresDevice device :
          wanted[i] > 0 ? node.gres().get(i).devices() : List.<GresDevice>of()) {
        CoreSet cores = device.cores();
        if (!cores.isEmpty() && !places.contains(cores) && places.size() < MOST) {
          places.add(cores);
        }
      }
    }
    List<Some> all = new ArrayList<>();
    for (int size = 0; size <= places.size(); size++) {
      for (int set = 0; set < 1 << places.size(); set++) {
        if (Integer.bitCount(set) == size) {
          all.add(some(places, set));
        }
      }
    }
    return new Localities(List.copyOf(all));
  }

  private static Some some(List<CoreSet> places, int set) {
    List<CoreSet> chosen = new ArrayList<>();
    CoreSet cores = CoreSet.EMPTY;
    for (int i = 0; i < places.size(); i++) {
      if ((set >> i & 1) != 0) {
        chosen.add(places.get(i));
        cores = cores.union(places.get(i));
      }
    }
    return new Some(List.copyOf(chosen), cores);
  }

  /** Each combination, the smallest first. */
  List<Some> all() {
    return all;
  }
}
