package org.headrace.control.command;

import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.model.QualityOfService;

/**
 * A change of accounts, users, associations or qualities of service: a whole new one in the place
 * of the one of the same name or id, or none. Only ever appended to.
 */
public sealed interface AccountChange
    permits AccountChange.PutAccount,
        AccountChange.DropAccount,
        AccountChange.PutUser,
        AccountChange.DropUser,
        AccountChange.PutAssociation,
        AccountChange.DropAssociation,
        AccountChange.PutQos,
        AccountChange.DropQos {
  /**
   * @param account account
   */
  record PutAccount(Account account) implements AccountChange {}

  /**
   * @param name name of an account whose associations go with it, or before it
   */
  record DropAccount(String name) implements AccountChange {}

  /**
   * @param user user
   */
  record PutUser(AccountUser user) implements AccountChange {}

  /**
   * @param name name of a user whose associations go with it, or before it
   */
  record DropUser(String name) implements AccountChange {}

  /**
   * @param association association; its id is zero for a new one
   */
  record PutAssociation(Association association) implements AccountChange {}

  /**
   * @param id its id
   */
  record DropAssociation(long id) implements AccountChange {}

  /**
   * @param qos quality of service; its id doesn't count
   */
  record PutQos(QualityOfService qos) implements AccountChange {}

  /**
   * @param name name of a quality of service
   */
  record DropQos(String name) implements AccountChange {}
}
