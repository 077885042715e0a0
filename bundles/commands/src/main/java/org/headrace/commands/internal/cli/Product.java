package org.headrace.commands.internal.cli;

/** How the commands present themselves. */
public final class Product {
  /** What {@code -V} prints; tools read it to find out which options they may use. */
  public static final String VERSION = "slurm 26.05.3";

  private Product() {}
}
