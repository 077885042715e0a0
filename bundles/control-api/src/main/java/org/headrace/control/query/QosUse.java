package org.headrace.control.query;

import java.util.Map;
import org.headrace.api.account.Consumption;

/**
 * What the jobs of a quality of service use, and have used.
 *
 * @param all of everybody
 * @param accounts by account, of those that have had jobs since the controller started
 * @param users by user, likewise
 */
public record QosUse(
    Consumption all, Map<String, Consumption> accounts, Map<String, Consumption> users) {
  /** Nobody's. */
  public static final QosUse NONE = new QosUse(Consumption.NONE, Map.of(), Map.of());

  public QosUse {
    accounts = Map.copyOf(accounts);
    users = Map.copyOf(users);
  }
}
