package org.headrace.api.account;

import java.util.List;

/**
 * An account, or a user in an account: who pays.
 *
 * @param id number that is never used again; zero for one that is about to be made
 * @param account account
 * @param user user, or the empty string for the account itself
 * @param partition partition that it is for, or the empty string for all that have none of their
 *     own
 * @param parent account above, for an account; the empty string for the root, and for users, who
 *     are below their account
 * @param shares share of what is above it, or {@link #PARENT}
 * @param limits limits of its own
 * @param qos qualities of service that it may use; empty for those of the account above
 * @param defaultQos quality of service of jobs that name none; empty for that of the account above
 * @param priority its share of a job's priority
 * @param comment free text
 */
public record Association(
    long id,
    String account,
    String user,
    String partition,
    String parent,
    long shares,
    LimitSet limits,
    List<String> qos,
    String defaultQos,
    long priority,
    String comment) {
  /** Shares of one that has the usage and the shares of the account above. */
  public static final long PARENT = Integer.MAX_VALUE;

  public Association {
    qos = List.copyOf(qos);
  }

  /** An account, with nothing said about it. */
  public static Association of(String account, String parent) {
    return new Association(0, account, "", "", parent, 1, LimitSet.NONE, List.of(), "", 0, "");
  }

  /** A user in an account, with nothing said about it. */
  public static Association of(String account, String user, String partition) {
    return new Association(0, account, user, partition, "", 1, LimitSet.NONE, List.of(), "", 0, "");
  }

  public boolean ofUser() {
    return !user.isEmpty();
  }

  public Association withId(long newId) {
    return new Association(
        newId,
        account,
        user,
        partition,
        parent,
        shares,
        limits,
        qos,
        defaultQos,
        priority,
        comment);
  }

  public Association withParent(String newParent) {
    return new Association(
        id,
        account,
        user,
        partition,
        newParent,
        shares,
        limits,
        qos,
        defaultQos,
        priority,
        comment);
  }

  public Association withShares(long newShares) {
    return new Association(
        id,
        account,
        user,
        partition,
        parent,
        newShares,
        limits,
        qos,
        defaultQos,
        priority,
        comment);
  }

  public Association withLimits(LimitSet newLimits) {
    return new Association(
        id,
        account,
        user,
        partition,
        parent,
        shares,
        newLimits,
        qos,
        defaultQos,
        priority,
        comment);
  }

  public Association withQos(List<String> newQos, String newDefault) {
    return new Association(
        id,
        account,
        user,
        partition,
        parent,
        shares,
        limits,
        newQos,
        newDefault,
        priority,
        comment);
  }

  public Association withPriority(long newPriority) {
    return new Association(
        id,
        account,
        user,
        partition,
        parent,
        shares,
        limits,
        qos,
        defaultQos,
        newPriority,
        comment);
  }

  public Association withComment(String newComment) {
    return new Association(
        id,
        account,
        user,
        partition,
        parent,
        shares,
        limits,
        qos,
        defaultQos,
        priority,
        newComment);
  }
}
