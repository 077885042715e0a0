package org.headrace.priority.multifactor.internal;

import org.headrace.api.priority.Priority;
import org.headrace.testkit.contract.PriorityContract;

class MultifactorPriorityContractTest extends PriorityContract {
  @Override
  protected Priority priority() {
    return new MultifactorPriority();
  }
}
