package org.headrace.controller.internal.plugins;

/**
 * A plugin failed that was called by another one. Passes through the caller without counting as a
 * fault of it.
 */
public final class InnerFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InnerFault(PluginFault fault) {
    super(fault.getMessage(), fault);
  }
}
