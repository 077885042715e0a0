package org.headrace.api.submit;

/** A job must not be submitted. */
public class SubmitRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why, and what would be right; shown to the user
   */
  public SubmitRefused(String message) {
    super(message);
  }
}
