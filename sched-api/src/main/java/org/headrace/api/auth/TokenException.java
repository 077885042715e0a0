package org.headrace.api.auth;

/** Keys are missing or unusable, or a token isn't to be believed; the message says why. */
public class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  public TokenException(String message) {
    super(message);
  }

  public TokenException(String message, Throwable cause) {
    super(message, cause);
  }
}
