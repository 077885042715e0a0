package org.headrace.commands.internal.scontrol;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.text.AccountTree;
import org.headrace.control.query.Snapshot;

/** {@code scontrol show assoc_mgr}: who may use how much, and does. */
final class AccountCache {
  private static final List<String> FLAGS = List.of("assoc", "qos", "users");

  private final Session session;
  private final Snapshot snapshot;
  private final UserNumbers numbers;
  private Set<String> users = Set.of();
  private Set<String> accounts = Set.of();
  private Set<String> qualities = Set.of();
  private Set<String> flags = Set.copyOf(FLAGS);

  AccountCache(Session session) {
    this.session = session;
    this.snapshot = session.snapshot();
    this.numbers = new UserNumbers(session.invocation);
  }

  /**
   * @param filters what to show: {@code users=}, {@code accounts=}, {@code qos=} and {@code flags=}
   */
  void show(List<String> filters) {
    for (String filter : filters) {
      if (!understood(filter)) {
        return;
      }
    }
    session.out().println("Current Association Manager state");
    Visibility visibility = session.visibility();
    if (flags.contains("users")) {
      List<AccountUser> some =
          snapshot.accounts().users().stream()
              .filter(one -> among(users, one.name()) && visibility.user(one.name()))
              .toList();
      records("User Records", "users", some, this::text);
    }
    if (flags.contains("assoc")) {
      List<Association> some =
          AccountTree.of(snapshot.accounts()).stream()
              .filter(one -> among(accounts, one.account()))
              .filter(one -> !one.ofUser() || among(users, one.user()))
              .filter(one -> visibility.association(one) && visibility.usage(one))
              .toList();
      AssociationText text = new AssociationText(snapshot, numbers, session.oneLine);
      records("Association Records", "associations", some, text::text);
    }
    if (flags.contains("qos")) {
      List<QualityOfService> some =
          snapshot.qualitiesOfService().stream()
              .filter(one -> among(qualities, one.name()))
              .toList();
      QosText text = new QosText(snapshot, visibility, numbers, session.oneLine);
      records("QOS Records", "QOS", some, text::text);
    }
  }

  private boolean understood(String filter) {
    int equals = filter.indexOf('=');
    String key = filter.substring(0, Math.max(0, equals)).toLowerCase(Locale.ROOT);
    if (equals < 0 || equals == filter.length() - 1) {
      session.error("No value given for option " + filter);
      return false;
    }
    Set<String> values =
        Arrays.stream(filter.substring(equals + 1).split(","))
            .map(value -> value.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    switch (key) {
      case "users", "user" -> users = values;
      case "accounts", "account" -> accounts = values;
      case "qos" -> qualities = values;
      case "flags", "flag" -> {
        for (String value : values) {
          if (!FLAGS.contains(value)) {
            session.error(
                "invalid flag '" + value + "', valid options are 'Assoc, QOS, and/or Users'");
            return false;
          }
        }
        flags = values;
      }
      default -> {
        session.error("invalid entity: " + filter + " for keyword:show assoc_mgr");
        return false;
      }
    }
    return true;
  }

  private static boolean among(Set<String> wanted, String name) {
    return wanted.isEmpty() || wanted.contains(name.toLowerCase(Locale.ROOT));
  }

  private <T> void records(String title, String what, List<T> some, Function<T, String> text) {
    String gap = session.oneLine ? "" : "\n";
    String head = some.isEmpty() ? "No " + what + " currently cached in Slurm." : title;
    session.out().print(gap + head + "\n" + gap);
    some.forEach(one -> session.out().println(text.apply(one)));
  }

  private String text(AccountUser one) {
    String level = one.level() == AccountUser.Level.NONE ? "None" : level(one.level());
    return "UserName=%s DefAccount=%s DefWckey= AdminLevel=%s"
        .formatted(numbers.named(one.name()), Printable.of(one.defaultAccount()), level);
  }

  private static String level(AccountUser.Level level) {
    return level == AccountUser.Level.OPERATOR ? "Operator" : "Administrator";
  }
}
