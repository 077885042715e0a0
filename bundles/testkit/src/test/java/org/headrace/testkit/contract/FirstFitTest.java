package org.headrace.testkit.contract;

import org.headrace.api.selector.Selector;
import org.headrace.api.topology.Topology;
import org.headrace.testkit.FirstFitSelector;
import org.headrace.testkit.FirstFitTopology;
import org.junit.jupiter.api.Nested;

/** The plugins that the kit brings for tests of others keep the contracts themselves. */
class FirstFitTest {
  @Nested
  class SelectorTest extends SelectorContract {
    @Override
    protected Selector selector() {
      return new FirstFitSelector();
    }
  }

  @Nested
  class TopologyTest extends TopologyContract {
    @Override
    protected Topology topology() {
      return new FirstFitTopology();
    }
  }
}
