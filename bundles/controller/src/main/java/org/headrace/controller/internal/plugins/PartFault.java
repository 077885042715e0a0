package org.headrace.controller.internal.plugins;

/**
 * A part of a plugin's answer was nonsense. That is counted as a fault of the plugin like any
 * other; the rest of the answer is used.
 */
public final class PartFault extends PluginFault {
  private static final long serialVersionUID = 1L;

  private final transient Object rest;

  /**
   * @param fault what was wrong with the part
   * @param rest the answer without that part
   */
  public PartFault(PluginFault fault, Object rest) {
    super(fault.getMessage(), fault);
    this.rest = rest;
  }

  Object rest() {
    return rest;
  }
}
