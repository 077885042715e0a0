package org.headrace.api.account;

import java.util.List;

/**
 * A bank account.
 *
 * @param name name, in lower case
 * @param description free text
 * @param organization free text
 * @param coordinators users who may add users to it and to the accounts below it, and change their
 *     limits
 */
public record Account(
    String name, String description, String organization, List<String> coordinators) {
  /** Name of the account that all others are below. */
  public static final String ROOT = "root";

  public Account {
    coordinators = List.copyOf(coordinators);
  }
}
