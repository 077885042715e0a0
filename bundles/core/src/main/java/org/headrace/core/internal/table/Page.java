package org.headrace.core.internal.table;

/**
 * Some rows of a table whose keys are close to each other.
 *
 * @param <P> the page's own type
 */
public abstract class Page<P extends Page<P>> {
  /** The last freeze of the table before this page came into being; older pages are shared. */
  long epoch;

  /** An independent copy. */
  protected abstract P copy();

  /** True when no row is left. */
  protected abstract boolean isEmpty();
}
