package org.headrace.api.account;

/**
 * A user who may be charged.
 *
 * @param name login name
 * @param defaultAccount account of jobs that name none
 * @param level what the user may do to accounts
 */
public record AccountUser(String name, String defaultAccount, Level level) {
  /** What a user may do to accounts. */
  public enum Level {
    NONE,
    OPERATOR,
    ADMINISTRATOR
  }
}
