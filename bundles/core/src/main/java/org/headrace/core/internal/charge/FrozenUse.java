package org.headrace.core.internal.charge;

import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.control.query.QosUse;
import org.headrace.core.internal.table.LongTable;

/**
 * What everybody uses at one moment. Immutable.
 *
 * @param standings who stands how
 * @param payers who pays, by number
 * @param use what pots use, by number
 */
public record FrozenUse(
    Standings standings, LongTable.View<Payer> payers, LongTable.View<Consumption> use) {
  /** A ledger of the caller's own, for a plan that is made for that time. */
  public LimitLedger ledger(long now) {
    return standings.limited() ? new AccountLedger(this, now) : LimitLedger.NONE;
  }

  /** What an association uses, with all that is below it. */
  public Consumption ofAssociation(long id) {
    return of(standings.pot(new Pot(Pot.Kind.ASSOCIATION, id, "")));
  }

  /** What a quality of service uses, by whoever has had jobs of it. */
  public QosUse ofQos(long id) {
    Map<String, Consumption> users = new TreeMap<>();
    Map<String, Consumption> accounts = new TreeMap<>();
    standings
        .pots()
        .forEach(
            (pot, number) -> {
              if (pot.id() == id && pot.kind() == Pot.Kind.QOS_USER) {
                users.put(pot.name(), of(number));
              } else if (pot.id() == id && pot.kind() == Pot.Kind.QOS_ACCOUNT) {
                accounts.put(pot.name(), of(number));
              }
            });
    return new QosUse(of(standings.pot(new Pot(Pot.Kind.QOS, id, ""))), accounts, users);
  }

  /** The association that a payer's jobs in a partition are charged to, or null. */
  public Association payer(int payer, String partition) {
    Payer known = payer < 0 ? null : payers.get(payer);
    return known == null ? null : standings.of(known, partition).association();
  }

  Consumption of(int pot) {
    Consumption known = use.get(pot);
    return known == null ? Consumption.NONE : known;
  }
}
