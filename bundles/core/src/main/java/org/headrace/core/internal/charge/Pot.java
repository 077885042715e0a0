package org.headrace.core.internal.charge;

/**
 * Whose use is added up: of an association with all below it, or of a quality of service, in all,
 * or by a user or an account.
 *
 * @param kind which of these
 * @param id association, or quality of service
 * @param name user or account; empty for all
 */
public record Pot(Kind kind, long id, String name) {
  /** Kinds of pots. */
  public enum Kind {
    ASSOCIATION,
    QOS,
    QOS_USER,
    QOS_ACCOUNT
  }
}
