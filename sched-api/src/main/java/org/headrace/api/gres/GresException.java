package org.headrace.api.gres;

/** A node doesn't have the resources that its configuration promises. */
public class GresException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is missing, and what would be right
   */
  public GresException(String message) {
    super(message);
  }
}
