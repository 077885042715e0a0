package org.headrace.topology.tree.internal;

import org.headrace.api.topology.Topology;
import org.headrace.testkit.contract.TopologyContract;

class TreeTopologyContractTest extends TopologyContract {
  @Override
  protected Topology topology() {
    return new TreeTopology();
  }
}
