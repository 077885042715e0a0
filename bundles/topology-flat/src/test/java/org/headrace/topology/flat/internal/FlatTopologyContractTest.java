package org.headrace.topology.flat.internal;

import org.headrace.api.topology.Topology;
import org.headrace.testkit.contract.TopologyContract;

class FlatTopologyContractTest extends TopologyContract {
  @Override
  protected Topology topology() {
    return new FlatTopology();
  }
}
