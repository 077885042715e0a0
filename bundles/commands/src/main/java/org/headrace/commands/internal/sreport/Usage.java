package org.headrace.commands.internal.sreport;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.headrace.api.account.Account;
import org.headrace.api.accounting.JobUse;

/** Reports of what users, accounts and keys used. */
final class Usage {
  /** What is added up under a user and an account, or a key. */
  private record Owner(String user, String place) {}

  private final Facts facts;
  private final Question question;
  private final Sheet sheet = new Sheet();

  Usage(Facts facts, Question question) {
    this.facts = facts;
    this.question = question;
  }

  private void above(String title) {
    sheet.above(title + facts.periodText() + " (" + facts.period().seconds() + " secs)");
    sheet.above(facts.usageText());
  }

  private String columns(String first, boolean energy) {
    sheet.column("Cluster", "Cluster", 9).column("Login", "Login", 9);
    sheet.column("Proper", "Proper Name", 15).column("TresName", "TRES Name", 14);
    sheet.amounts("Used", "Used", facts.units().width());
    sheet.amounts("Energy", "Energy", facts.units().width());
    return first + (facts.several() ? ",TresName,Used" : energy ? ",Used,Energy" : ",Used");
  }

  /** A line for each resource. */
  private void put(Map<String, String> texts, Function<String, Double> used) {
    for (String tres : facts.tres()) {
      Map<String, String> all = new LinkedHashMap<>(texts);
      all.put("cluster", facts.cluster());
      all.put("tresname", tres);
      double amount = used.apply(tres);
      all.put("used", facts.units().text(amount, facts.capacity(tres)));
      all.put("used" + Sheet.IN_SECONDS, TimeUnits.SECONDS.text(amount, 1));
      all.put("energy", facts.units().text(0, 1));
      sheet.row(all);
    }
  }

  private int print(String columns) {
    return facts.print(sheet, question.format.isEmpty() ? columns : question.format);
  }

  private static String account(JobUse use) {
    return use.account().isEmpty() ? Account.ROOT : use.account();
  }

  private boolean chosen(JobUse use) {
    return question.counts(use)
        && (question.accounts.isEmpty() || question.accounts.contains(account(use)));
  }

  private static double sum(List<JobUse> uses, String tres) {
    return uses.stream().mapToDouble(use -> Resources.used(use, tres)).sum();
  }

  /** Those that used most first, then by name. */
  private List<Map.Entry<Owner, List<JobUse>>> ranked(Function<JobUse, String> place) {
    Comparator<Owner> names = Comparator.comparing(Owner::user).thenComparing(Owner::place);
    Map<Owner, List<JobUse>> owners =
        facts.uses().stream()
            .filter(this::chosen)
            .collect(
                Collectors.groupingBy(
                    use -> new Owner(use.user(), place.apply(use)),
                    () -> new TreeMap<>(names),
                    Collectors.toList()));
    String first = facts.tres().get(0);
    List<Map.Entry<Owner, List<JobUse>>> ranked = new ArrayList<>(owners.entrySet());
    ranked.sort(Comparator.comparingDouble(one -> -sum(one.getValue(), first)));
    return ranked;
  }

  private static <T> Map<T, List<JobUse>> by(Function<JobUse, T> key, Stream<JobUse> uses) {
    return uses.collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
  }

  private Map<String, String> who(String user) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("login", user);
    texts.put("proper", user);
    return texts;
  }

  /** The users that used most. */
  int top() {
    above("Top " + question.top + " Users ");
    sheet.column("Account", "Account", 15);
    String columns = columns("Cluster,Login,Proper,Account", true);
    Function<JobUse, String> place = question.together ? use -> "" : Usage::account;
    List<Map.Entry<Owner, List<JobUse>>> ranked = ranked(place);
    for (Map.Entry<Owner, List<JobUse>> one :
        ranked.subList(0, Math.min(question.top, ranked.size()))) {
      Map<String, String> texts = who(one.getKey().user());
      List<String> places =
          one.getValue().stream().map(Usage::account).distinct().sorted().toList();
      texts.put("account", String.join(", ", places));
      put(texts, tres -> sum(one.getValue(), tres));
    }
    return print(columns);
  }

  /** Each user in each account. */
  int usersByAccount() {
    above("Cluster/User/Account Utilization ");
    sheet.column("Account", "Account", 15);
    String columns = columns("Cluster,Login,Proper,Account", true);
    for (Map.Entry<Owner, List<JobUse>> one : ranked(Usage::account)) {
      Map<String, String> texts = who(one.getKey().user());
      texts.put("account", one.getKey().place());
      put(texts, tres -> sum(one.getValue(), tres));
    }
    return print(columns);
  }

  /** Each user with each key. */
  int usersByKey() {
    above("Cluster/User/WCKey Utilization ");
    sheet.column("WCKey", "WCKey", 15);
    String columns = columns("Cluster,Login,Proper,WCKey", false);
    for (Map.Entry<Owner, List<JobUse>> one : ranked(JobUse::wckey)) {
      if (one.getKey().place().isEmpty()) {
        continue;
      }
      Map<String, String> texts = who(one.getKey().user());
      texts.put("wckey", one.getKey().place());
      put(texts, tres -> sum(one.getValue(), tres));
    }
    return print(columns);
  }

  /** Each key, and its users. */
  int keysByUser() {
    above("Cluster/WCKey/User Utilization ");
    sheet.column("WCKey", "WCKey", 15);
    String columns = columns("Cluster,WCKey,Login,Proper", false);
    Stream<JobUse> named =
        facts.uses().stream().filter(use -> chosen(use) && !use.wckey().isEmpty());
    by(JobUse::wckey, named)
        .forEach(
            (key, all) -> {
              put(Map.of("wckey", key), tres -> sum(all, tres));
              by(JobUse::user, all.stream())
                  .forEach(
                      (user, uses) -> {
                        Map<String, String> texts = who(user);
                        texts.put("wckey", key);
                        put(texts, tres -> sum(uses, tres));
                      });
            });
    return print(columns);
  }

  /** Accounts as they are one below the other, each with its users. */
  int accountsByUser() {
    above("Cluster/Account/User Utilization ");
    sheet.column("Account", "Account", question.tree ? -20 : 15);
    String columns = columns("Cluster,Account,Login,Proper", true);
    Map<String, List<JobUse>> own =
        by(facts::account, facts.uses().stream().filter(question::counts));
    Set<String> shown = new HashSet<>();
    question.accounts.forEach(one -> shown.addAll(facts.accounts().subtree(one)));
    branch(Account.ROOT, own, shown, 0);
    return print(columns);
  }

  private void branch(
      String account, Map<String, List<JobUse>> own, Set<String> chosen, int depth) {
    List<JobUse> all = new ArrayList<>();
    facts.accounts().subtree(account).forEach(one -> all.addAll(own.getOrDefault(one, List.of())));
    if (all.isEmpty()) {
      return;
    }
    boolean shown = question.accounts.isEmpty() || chosen.contains(account);
    String name = question.tree ? " ".repeat(depth) + account : account;
    if (shown) {
      put(Map.of("account", name), tres -> sum(all, tres));
      by(JobUse::user, own.getOrDefault(account, List.of()).stream())
          .forEach(
              (user, uses) -> {
                Map<String, String> texts = who(user);
                texts.put("account", question.tree ? " " + name : name);
                put(texts, tres -> sum(uses, tres));
              });
    }
    facts.accountsBelow(account).forEach(below -> branch(below, own, chosen, depth + 1));
  }
}
