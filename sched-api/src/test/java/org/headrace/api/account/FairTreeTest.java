package org.headrace.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairTreeTest {
  private final List<Association> associations = new ArrayList<>();
  private final Map<Long, Double> used = new HashMap<>();

  private long add(Association one, long shares, double use) {
    long id = associations.size() + 1;
    associations.add(one.withId(id).withShares(shares));
    used.put(id, use);
    return id;
  }

  private long account(String name, String parent, long shares, double use) {
    return add(Association.of(name, parent), shares, use);
  }

  private long user(String account, String name, long shares, double use) {
    return add(Association.of(account, name, ""), shares, use);
  }

  private FairTree tree() {
    Accounts accounts = new Accounts(1, Tres.COMMON, List.of(), List.of(), associations);
    return FairTree.of(
        accounts, id -> Consumption.NONE.spent(new long[] {0, 0, 0, 0, 1}, used.get(id), 1));
  }

  @Test
  void nobodyGoesBeforeOneOfAnAccountThatWasServedWorse() {
    account("root", "", 1, 100);
    account("rich", "root", 1, 90);
    account("poor", "root", 1, 10);
    long modest = user("rich", "modest", 1, 1);
    long greedy = user("rich", "greedy", 1, 89);
    long first = user("poor", "first", 1, 2);
    long last = user("poor", "last", 1, 8);
    FairTree tree = tree();
    assertThat(tree.factor(first)).isEqualTo(1.0);
    assertThat(tree.factor(last)).isEqualTo(0.75);
    assertThat(tree.factor(modest)).isEqualTo(0.5);
    assertThat(tree.factor(greedy)).isEqualTo(0.25);
    assertThat(tree.standing(2)).isEqualTo(new FairShare.Standing(0.5, 0.9, 0.5 / 0.9));
  }

  @Test
  void sharesCountAndEqualsAreEqual() {
    account("root", "", 1, 60);
    long half = user("root", "half", 3, 30);
    long same = user("root", "same", 3, 30);
    long fresh = user("root", "fresh", 1, 0);
    FairTree tree = tree();
    assertThat(tree.factor(fresh)).isEqualTo(1.0);
    assertThat(tree.factor(half)).isEqualTo(tree.factor(same)).isEqualTo(2 / 3.0);
    assertThat(tree.standing(fresh).level()).isInfinite();
  }

  @Test
  void accountsServedEquallyAreWalkedTogether() {
    account("root", "", 1, 20);
    account("one", "root", 1, 10);
    account("two", "root", 1, 10);
    long a = user("one", "a", 1, 9);
    long b = user("one", "b", 1, 1);
    long c = user("two", "c", 1, 5);
    long d = user("two", "d", 1, 5);
    FairTree tree = tree();
    assertThat(tree.factor(b)).isEqualTo(1.0);
    assertThat(tree.factor(c)).isEqualTo(0.75);
    assertThat(tree.factor(d)).isEqualTo(0.75);
    assertThat(tree.factor(a)).isEqualTo(0.25);
  }

  @Test
  void anAccountWithoutSharesGivesWayToItsUsers() {
    account("root", "", 1, 10);
    account("group", "root", Association.PARENT, 10);
    long a = user("group", "a", 1, 10);
    long b = user("root", "b", 1, 0);
    FairTree tree = tree();
    assertThat(tree.factor(b)).isEqualTo(1.0);
    assertThat(tree.factor(a)).isEqualTo(0.5);
    assertThat(tree.standing(a).shares()).isEqualTo(0.5);
  }

  @Test
  void allWhoHaveUsedNothingBesideEachOtherAreEqual() {
    account("root", "", 1, 5);
    long root = user("root", "root", 1, 0);
    account("idle", "root", 1, 0);
    account("busy", "root", 1, 5);
    long nobody = user("idle", "nobody", 1, 0);
    long other = user("idle", "other", 1, 0);
    long fresh = user("busy", "fresh", 1, 0);
    long worker = user("busy", "worker", 1, 5);
    FairTree tree = tree();
    assertThat(List.of(root, nobody, other)).allMatch(id -> tree.factor(id) == 1.0);
    assertThat(tree.factor(fresh)).isEqualTo(2 / 5.0);
    assertThat(tree.factor(worker)).isEqualTo(1 / 5.0);
  }
}
