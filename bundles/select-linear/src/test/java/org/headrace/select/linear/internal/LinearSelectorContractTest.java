package org.headrace.select.linear.internal;

import org.headrace.api.selector.Selector;
import org.headrace.testkit.contract.SelectorContract;

class LinearSelectorContractTest extends SelectorContract {
  @Override
  protected Selector selector() {
    return new LinearSelector();
  }
}
