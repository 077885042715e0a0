package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** A quality of service, changed word by word. */
final class QosWords {
  private static final List<String> MODES =
      List.of("", "cluster", "cancel", "requeue", "suspend", "gang", "within");

  private static final List<ResourceLimit> RELATIVE =
      List.of(
          ResourceLimit.GROUP,
          ResourceLimit.MAX_PER_JOB,
          ResourceLimit.MAX_PER_NODE,
          ResourceLimit.MAX_PER_USER,
          ResourceLimit.MAX_PER_ACCOUNT,
          ResourceLimit.MIN_PER_JOB);

  private final Book book;
  private final String name;
  private String description;
  private long priority;
  private Set<QosFlag> flags;
  private LimitSet limits;
  private double usageFactor;
  private double limitFactor;
  private double usageThreshold;
  private List<String> preempts;
  private String preemptMode;
  private long exemptTime;
  private long graceTime;

  QosWords(Book book, QualityOfService from) {
    this.book = book;
    name = from.name();
    description = from.description();
    priority = from.priority();
    flags = from.flags();
    limits = from.limits();
    usageFactor = from.usageFactor();
    limitFactor = from.limitFactor();
    usageThreshold = from.usageThreshold();
    preempts = from.preempts();
    preemptMode = from.preemptMode();
    exemptTime = from.exemptTime();
    graceTime = from.graceTime();
  }

  /** Leaves the preemption of others to these. */
  void preempts(List<String> others) {
    preempts = List.copyOf(others);
  }

  QualityOfService done() {
    return new QualityOfService(
        name,
        priority,
        0,
        description,
        flags,
        limits,
        usageFactor,
        limitFactor,
        usageThreshold,
        preempts,
        preemptMode,
        exemptTime,
        graceTime);
  }

  /** Takes a word; false for one that isn't known. */
  boolean add(Term term) throws LimitTerms.Unknown {
    try {
      boolean known = put(term);
      percentages();
      return known;
    } catch (NumberFormatException | TextFormatException e) {
      throw new LimitTerms.Unknown("Invalid value for " + term.key() + " (" + term.value() + ")");
    }
  }

  /** Those of a relative one are parts of what there is. */
  private void percentages() throws LimitTerms.Unknown {
    for (ResourceLimit limit : RELATIVE) {
      for (Map.Entry<String, Long> one : limits.resources(limit).entrySet()) {
        if (flags.contains(QosFlag.RELATIVE) && one.getValue() > 100) {
          throw new LimitTerms.Unknown(
              "Flag Relative: limits are percentages, and %s=%d is beyond 100"
                  .formatted(one.getKey(), one.getValue()));
        }
      }
    }
  }

  private boolean put(Term term) throws LimitTerms.Unknown {
    if (term.is("description")) {
      description = term.value().toLowerCase(Locale.ROOT);
    } else if (term.is("priority")) {
      priority = term.clears() ? 0 : Long.parseLong(term.value());
    } else if (term.is("flags")) {
      flags = flags(term);
    } else if (term.is("gracetime")) {
      graceTime = term.clears() ? 0 : SlurmDuration.parseMinutes(term.value()) * 60_000;
      graceTime = term.value().matches("\\d+") ? Long.parseLong(term.value()) * 1000 : graceTime;
    } else if (term.key().equals("preempt")) {
      preempts = Names.changed(preempts, term, Names.known(book, term));
    } else if (term.is("preemptmode")) {
      preemptMode = mode(term);
    } else if (term.is("preemptexempttime")) {
      exemptTime = term.clears() ? -1 : SlurmDuration.parseSeconds(term.value()) * 1000;
    } else if (term.is("usagefactor")) {
      usageFactor = term.clears() ? 1 : factor(term);
    } else if (term.is("limitfactor")) {
      limitFactor = term.clears() ? 0 : factor(term);
    } else if (term.is("usagethreshold")) {
      usageThreshold = term.clears() ? -1 : factor(term);
    } else {
      LimitSet changed = LimitTerms.QOS.with(limits, term, book.accounts.tres());
      limits = changed == null ? limits : changed;
      return changed != null;
    }
    return true;
  }

  private static double factor(Term term) {
    double value = Double.parseDouble(term.value());
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new NumberFormatException(term.value());
    }
    return value;
  }

  private static String mode(Term term) throws LimitTerms.Unknown {
    String mode = term.clears() ? "" : term.value().toLowerCase(Locale.ROOT);
    for (String part : mode.split(",", -1)) {
      if (!MODES.contains(part)) {
        throw new LimitTerms.Unknown("Bad Preempt Mode given: " + term.value());
      }
    }
    return mode.equals("cluster") ? "" : mode;
  }

  private Set<QosFlag> flags(Term term) throws LimitTerms.Unknown {
    Set<QosFlag> changed = EnumSet.noneOf(QosFlag.class);
    changed.addAll(term.operator() == '=' ? Set.of() : flags);
    for (String word : term.clears() ? List.<String>of() : term.list()) {
      QosFlag found = null;
      for (QosFlag flag : QosFlag.values()) {
        found = flag.word().equalsIgnoreCase(word) ? flag : found;
      }
      if (found == null) {
        String all =
            Arrays.stream(QosFlag.values()).map(QosFlag::word).collect(Collectors.joining(","));
        throw new LimitTerms.Unknown("Invalid flag " + word + "; there are " + all);
      }
      if (term.operator() == '-') {
        changed.remove(found);
      } else {
        changed.add(found);
      }
    }
    return changed;
  }

  /** Flags as text, in the order of the alphabet. */
  static String flags(Set<QosFlag> flags) {
    return flags.stream().map(QosFlag::word).sorted().collect(Collectors.joining(","));
  }

  /** What is said of a new one, line by line. */
  List<String> settings() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "  %-14.14s = %s", "Description", description));
    String flagged = flags(flags);
    line(lines, "Flags", flagged);
    line(lines, "GraceTime", graceTime == 0 ? "" : Long.toString(graceTime / 1000));
    LimitTerms.settings(limits, true).forEach((key, value) -> line(lines, key, value));
    line(lines, "Preempt", String.join(",", preempts));
    line(lines, "PreemptMode", preemptMode.toUpperCase(Locale.ROOT));
    line(lines, "Priority", priority == 0 ? "" : Long.toString(priority));
    line(lines, "UsageFactor", usageFactor == 1 ? "" : decimal(usageFactor));
    line(lines, "UsageThreshold", usageThreshold < 0 ? "" : decimal(usageThreshold));
    line(lines, "LimitFactor", limitFactor == 0 ? "" : decimal(limitFactor));
    return lines;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static void line(List<String> lines, String key, String value) {
    if (!value.isEmpty()) {
      lines.add(String.format(Locale.ROOT, "  %-24s = %s", key, value));
    }
  }
}
