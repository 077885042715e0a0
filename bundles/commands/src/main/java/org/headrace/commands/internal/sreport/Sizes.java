package org.headrace.commands.internal.sreport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.headrace.api.account.Account;
import org.headrace.api.accounting.JobUse;

/** Reports of how large jobs were. */
final class Sizes {
  private static final int WIDTH = 13;
  private static final int SHARE_WIDTH = 12;

  private final Facts facts;
  private final Question question;
  private final List<Integer> begins;
  private final Sheet sheet = new Sheet();

  /**
   * @param begins sizes at which a group begins
   */
  Sizes(Facts facts, Question question, List<Integer> begins) {
    this.facts = facts;
    this.question = question;
    this.begins = begins;
  }

  private void above(String title) {
    sheet.above(title + facts.periodText() + " (" + facts.period().seconds() + " secs)");
    sheet.above(
        question.counts
            ? "Units are in number of jobs ran"
            : "Time reported in " + facts.units().words());
  }

  private int print(String first, Map<String, List<JobUse>> lines) {
    sheet.column("Cluster", "Cluster", 9);
    StringBuilder columns = new StringBuilder("Cluster," + first);
    int from = 0;
    for (int i = 0; i <= begins.size(); i++) {
      boolean last = i == begins.size();
      String heading = last ? ">= " + from + " CPUs" : from + "-" + (begins.get(i) - 1) + " CPUs";
      sheet.amounts("group" + i, heading, WIDTH);
      columns.append(",group").append(i);
      from = last ? from : begins.get(i);
    }
    sheet.column("share", "% of cluster", SHARE_WIDTH);
    columns.append(",share");
    double total = lines.values().stream().flatMap(List::stream).mapToDouble(Sizes::seconds).sum();
    lines.forEach((name, uses) -> row(first.toLowerCase(Locale.ROOT), name, uses, total));
    return facts.print(sheet, columns.toString());
  }

  private static double seconds(JobUse use) {
    return Resources.used(use, "cpu");
  }

  private void row(String first, String name, List<JobUse> uses, double total) {
    double[] sums = new double[begins.size() + 1];
    double all = 0;
    for (JobUse use : uses) {
      int group = 0;
      while (group < begins.size() && use.cpus() >= begins.get(group)) {
        group++;
      }
      sums[group] += question.counts ? use.runs() : seconds(use);
      all += seconds(use);
    }
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("cluster", facts.cluster());
    texts.put(first, name);
    for (int i = 0; i < sums.length; i++) {
      String text =
          question.counts
              ? String.format(Locale.ROOT, "%.0f", sums[i])
              : facts.units().text(sums[i], facts.capacity("cpu"));
      texts.put("group" + i, text);
    }
    texts.put("share", String.format(Locale.ROOT, "%.2f%%", total > 0 ? 100 * all / total : 0));
    sheet.row(texts);
  }

  private List<JobUse> of(String account) {
    Set<String> accounts = question.flat ? Set.of(account) : facts.accounts().subtree(account);
    return facts.uses().stream()
        .filter(use -> question.counts(use) && accounts.contains(facts.account(use)))
        .toList();
  }

  /** By accounts, with all below them: the root of all, unless others are asked for. */
  int byAccount() {
    above("Job Sizes ");
    sheet.column("Account", "Account", 9);
    Map<String, List<JobUse>> lines = new LinkedHashMap<>();
    for (String account : accounts()) {
      lines.put(account, of(account));
    }
    lines.values().removeIf(List::isEmpty);
    return print("Account", lines);
  }

  private List<String> accounts() {
    List<String> asked =
        question.accounts.isEmpty()
            ? List.of(Account.ROOT)
            : question.accounts.stream().sorted().toList();
    if (question.flat) {
      return question.accounts.isEmpty()
          ? facts.accounts().accounts().stream().map(Account::name).sorted().toList()
          : asked;
    }
    if (!question.children) {
      return asked;
    }
    return asked.stream().flatMap(account -> facts.accountsBelow(account).stream()).toList();
  }

  int byKey() {
    above("Job Sizes by Wckey ");
    sheet.column("Wckey", "Wckey", 9);
    return print("Wckey", byKey("", facts.uses().stream().filter(question::counts)));
  }

  private static Map<String, List<JobUse>> byKey(String before, Stream<JobUse> uses) {
    return uses.filter(use -> !use.wckey().isEmpty())
        .collect(
            Collectors.groupingBy(use -> before + use.wckey(), TreeMap::new, Collectors.toList()));
  }

  int byAccountAndKey() {
    above("Job Sizes ");
    sheet.column("Account", "Account", -20);
    Map<String, List<JobUse>> lines = new TreeMap<>();
    for (String account : accounts()) {
      lines.putAll(byKey(account + ":", of(account).stream()));
    }
    return print("Account", lines);
  }
}
