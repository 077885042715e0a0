package org.headrace.select.constres.internal;

import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeView;

/** Which of several nodes that could take a whole job is best used, and which of its devices. */
interface NodeRank {
  /**
   * How bad it would be to put the job on the node; nodes with equal numbers are as good.
   *
   * @param node a node that the job fits on
   */
  long cost(NodeView node);

  /**
   * The device to take portions of.
   *
   * @param entry position of a resource that is given in portions among the node's
   * @param units how many portions
   * @param taken devices that may not be used
   * @return position in the entry's list of devices, or -1 when none has enough
   */
  int device(NodeView node, int entry, long units, CoreSet taken);
}
