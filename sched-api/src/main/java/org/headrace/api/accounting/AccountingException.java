package org.headrace.api.accounting;

/** The database can't be reached, or refuses. */
public class AccountingException extends Exception {
  private static final long serialVersionUID = 1L;

  public AccountingException(String message, Throwable cause) {
    super(message, cause);
  }
}
