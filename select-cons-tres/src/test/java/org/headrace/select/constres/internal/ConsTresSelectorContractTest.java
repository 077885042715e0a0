package org.headrace.select.constres.internal;

import org.headrace.api.selector.Selector;
import org.headrace.testkit.contract.SelectorContract;

class ConsTresSelectorContractTest extends SelectorContract {
  @Override
  protected Selector selector() {
    return new ConsTresSelector();
  }
}
