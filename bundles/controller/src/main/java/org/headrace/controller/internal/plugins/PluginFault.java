package org.headrace.controller.internal.plugins;

/** A plugin that serves isn't there, or a call of it failed. The call's answer is lost. */
public class PluginFault extends Exception {
  private static final long serialVersionUID = 1L;

  public PluginFault(String message) {
    super(message);
  }

  public PluginFault(String message, Throwable cause) {
    super(message, cause);
  }
}
