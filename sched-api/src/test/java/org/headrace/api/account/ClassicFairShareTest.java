package org.headrace.api.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The numbers are those that sshare of a Slurm 22.05 printed: columns NormShares, EffectvUsage and
 * FairShare, of these accounts after these seconds of use.
 */
class ClassicFairShareTest {
  private static final String TREE =
      """
      root       -      -        1      189
      root       root   -        1        0
      fa         -      root     3      103
      fa1        -      fa       1       68
      fa1        alice  -        1       48
      fa1        bob    -        2       20
      fa2        -      fa       2       35
      fa2        nobody -        1       20
      fa2        root   -        parent  15
      fb         -      root     1       70
      fb         alice  -        1       60
      fb         bob    -        parent  10
      fc         -      root     parent  16
      fc         nobody -        2       16
      idle       -      root     1        0
      idle       nobody -        1        0
      idle       root   -        1        0
      """;

  private final List<Association> associations = new ArrayList<>();
  private final List<Double> use = new ArrayList<>();

  ClassicFairShareTest() {
    for (String line : TREE.strip().split("\n")) {
      String[] words = line.replace(" - ", "  \"\" ").trim().split("\\s+");
      String user = words[1].replace("\"", "").replace("-", "");
      String parent = words[2].replace("\"", "").replace("-", "");
      Association one =
          user.isEmpty() ? Association.of(words[0], parent) : Association.of(words[0], user, "");
      long shares = words[3].equals("parent") ? Association.PARENT : Long.parseLong(words[3]);
      associations.add(one.withId(associations.size()).withShares(shares));
      use.add(Double.parseDouble(words[4]));
    }
  }

  private FairShare fairness(String flags, String dampening) {
    return FairShare.Rule.of(flags, dampening)
        .of(
            new Accounts(1, Tres.COMMON, List.of(), List.of(), associations),
            id -> Consumption.NONE.spent(new long[] {0, 0, 0, 0, 1}, use.get((int) id), 1));
  }

  private long id(String account, String user) {
    return associations.stream()
        .filter(one -> one.account().equals(account) && one.user().equals(user))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private void check(
      String flags, String account, String user, double shares, double used, double factor) {
    FairShare fairness = fairness(flags, "1");
    long id = id(account, user);
    assertThat(fairness.standing(id).shares()).isEqualTo(shares, within(2e-6));
    assertThat(fairness.standing(id).used()).isEqualTo(used, within(2e-6));
    assertThat(fairness.factor(id)).isEqualTo(factor, within(2e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "root, '',     1.000000, 1.000000, 0.500000",
    "root, root,   0.125000, 0.000000, 1.000000",
    "fa,   '',     0.375000, 0.544973, 0.365195",
    "fa1,  '',     0.125000, 0.421517, 0.096580",
    "fa1,  alice,  0.041667, 0.309818, 0.005776",
    "fa1,  bob,    0.083333, 0.316284, 0.072022",
    "fa2,  '',     0.250000, 0.425044, 0.307749",
    "fa2,  nobody, 0.250000, 0.425044, 0.307749",
    "fa2,  root,   0.250000, 0.425044, 0.307749",
    "fb,   '',     0.125000, 0.370371, 0.128250",
    "fb,   alice,  0.125000, 0.370371, 0.128250",
    "fb,   bob,    0.125000, 0.370371, 0.128250",
    "fc,   '',     1.000000, 0.084656, 0.943009",
    "fc,   nobody, 0.250000, 0.084656, 0.790795",
    "idle, nobody, 0.062500, 0.000000, 1.000000"
  })
  void theClassicFormula(String account, String user, double shares, double used, double factor) {
    check("NO_FAIR_TREE", account, user, shares, used, factor);
  }

  /** As a Slurm prints once it has been through its accounts twice; before, it differs. */
  @ParameterizedTest
  @CsvSource({
    "fa,   '',     0.375000, 0.544973, 0.365195",
    "fa1,  '',     0.125000, 0.359788, 0.136001",
    "fa1,  alice,  0.041667, 0.253968, 0.014627",
    "fa1,  bob,    0.083333, 0.233172, 0.143780",
    "fa2,  '',     0.250000, 0.312715, 0.420198",
    "fa2,  nobody, 0.250000, 0.312715, 0.420198",
    "fa2,  root,   0.250000, 0.312715, 0.420198",
    "fb,   alice,  0.125000, 0.370371, 0.128250",
    "fc,   nobody, 0.250000, 0.084656, 0.790795"
  })
  void theFormulaThatDoesNotMindDepth(
      String account, String user, double shares, double used, double factor) {
    check("MAX_TRES, Depth_Oblivious", account, user, shares, used, factor);
  }

  @ParameterizedTest
  @CsvSource({
    "NO_FAIR_TREE,    fa1, alice, 0.076002",
    "NO_FAIR_TREE,    fb,  bob,   0.358121",
    "DEPTH_OBLIVIOUS, fa1, alice, 0.120942",
    "DEPTH_OBLIVIOUS, fa2, '',    0.648227"
  })
  void dampeningCounts(String flags, String account, String user, double factor) {
    assertThat(fairness(flags, "2").factor(id(account, user))).isEqualTo(factor, within(2e-6));
  }

  /** FairShare of sshare in the same tree, by the fair tree. */
  @ParameterizedTest
  @CsvSource({
    "root, root, 1.0",
    "fc, nobody, 0.7",
    "fa2, root, 0.6",
    "fa2, nobody, 0.5",
    "fa1, bob, 0.4",
    "fa1, alice, 0.3",
    "fb, bob, 0.2",
    "fb, alice, 0.1",
    "idle, root, 1.0"
  })
  void theFairTreePutsUsersWithoutSharesOfTheirOwnFirst(
      String account, String user, double factor) {
    assertThat(fairness("", "1").factor(id(account, user))).isEqualTo(factor, within(1e-9));
  }
}
