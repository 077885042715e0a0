package org.headrace.api.gres;

import java.util.List;
import org.headrace.api.model.GresInventory;

/** A node doesn't have the resources that its configuration promises. */
public class GresException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<GresInventory> found;

  /**
   * @param message what is missing, and what would be right
   */
  public GresException(String message) {
    this(message, List.of());
  }

  /**
   * @param message what is missing, and what would be right
   * @param found what is there
   */
  public GresException(String message, List<GresInventory> found) {
    super(message);
    this.found = List.copyOf(found);
  }

  /** What is there all the same; empty when that isn't known. */
  public List<GresInventory> found() {
    return found;
  }
}
