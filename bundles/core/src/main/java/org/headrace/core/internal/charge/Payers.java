package org.headrace.core.internal.charge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.core.internal.table.LongTable;

/**
 * Gives those who pay small numbers, which columns of jobs hold. Numbers are kept: there are as
 * many as there are users, times their accounts and qualities of service.
 */
public final class Payers {
  private final Map<Payer, Integer> numbers = new HashMap<>();
  private final List<Payer> byNumber = new ArrayList<>();
  private final LongTable<Payer> table = new LongTable<>();

  /**
   * Who was asked for last: of the jobs of a snapshot or a series of submissions, often the same.
   */
  private Payer last;

  private int lastNumber;

  /** The number of who pays as this user, for this account, with this quality of service. */
  public int number(String user, String account, String qos) {
    if (last == null
        || !last.user().equals(user)
        || !last.account().equals(account)
        || !last.qos().equals(qos)) {
      last = new Payer(user, account, qos);
      lastNumber = number(last);
    }
    return lastNumber;
  }

  private int number(Payer payer) {
    Integer known = numbers.get(payer);
    if (known != null) {
      return known;
    }
    int number = byNumber.size();
    numbers.put(payer, number);
    byNumber.add(payer);
    table.put(number, payer);
    return number;
  }

  /** The payer of a number. */
  public Payer get(int number) {
    return byNumber.get(number);
  }

  /** All as they are now. */
  public LongTable.View<Payer> freeze() {
    return table.freeze();
  }

  public void clear() {
    numbers.clear();
    byNumber.clear();
    table.clear();
    last = null;
  }
}
