package org.headrace.priority.basic.internal;

import org.headrace.api.priority.Priority;
import org.headrace.testkit.contract.PriorityContract;

class BasicPriorityContractTest extends PriorityContract {
  @Override
  protected Priority priority() {
    return new BasicPriority();
  }
}
