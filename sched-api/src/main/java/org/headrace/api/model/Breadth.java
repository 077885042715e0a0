package org.headrace.api.model;

/** How many of the nodes that it may have a job wants. */
public enum Breadth {
  /** The most where it names a range, else as few as will do. */
  USUAL,
  /** As few as will do. */
  FEWEST,
  /** As many as there are, wherever they lie. */
  MOST
}
