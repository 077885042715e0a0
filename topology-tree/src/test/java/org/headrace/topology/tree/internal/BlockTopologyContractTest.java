package org.headrace.topology.tree.internal;

import org.headrace.api.topology.Topology;
import org.headrace.testkit.contract.TopologyContract;

class BlockTopologyContractTest extends TopologyContract {
  @Override
  protected Topology topology() {
    return new BlockTopology();
  }
}
