package org.headrace.core.internal.charge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Billing;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;

/**
 * Who stands how, as long as accounts, qualities of service and partitions stay as they are. Worked
 * out when first asked for. Safe for any thread.
 *
 * <p>The order of limits is that of Slurm: the partition's quality of service, the job's (the other
 * way round if that says so), the association, and its accounts up to the root. A limit that a
 * quality of service sets isn't looked for further on; limits of groups hold on each level of the
 * accounts.
 */
public final class Standings {
  private static final List<Limit> ACCRUING =
      List.of(Limit.GROUP_ACCRUING, Limit.MAX_ACCRUING, Limit.MAX_ACCRUING_PER_ACCOUNT);

  /** Limits that may be percentages. */
  private static final List<ResourceLimit> RELATIVE =
      List.of(
          ResourceLimit.GROUP,
          ResourceLimit.MAX_PER_JOB,
          ResourceLimit.MAX_PER_NODE,
          ResourceLimit.MAX_PER_USER,
          ResourceLimit.MAX_PER_ACCOUNT,
          ResourceLimit.MIN_PER_JOB);

  private final Accounts accounts;
  private final Map<String, QualityOfService> qualities;
  private final Map<String, String> partitionQualities;
  private final Map<String, Billing> billing;
  private final Function<String, Map<String, Long>> totals;
  private final ToLongBiFunction<ResourceRequest, String> wholeNodes;
  private final Enforcement enforcement;
  private final FairShare.Rule fairness;
  private final boolean limited;
  private final Map<Key, Standing> known = new ConcurrentHashMap<>();
  private final Map<Pot, Integer> pots = new ConcurrentHashMap<>();
  private final java.util.concurrent.atomic.AtomicInteger nextPot =
      new java.util.concurrent.atomic.AtomicInteger();

  private record Key(Payer payer, String partition) {}

  /** Limits, and whose pots they are about. */
  private record Holder(LimitSet limits, QualityOfService qos, Association association) {}

  /**
   * @param partitionQualities names of qualities of service by partition
   * @param billing what jobs are billed, by partition
   * @param totals what a partition has of each resource; by the empty name, the cluster
   * @param wholeNodes how many CPUs a job of a partition has at least as it gets whole nodes
   * @param fairness by which rule it is told how fairly somebody has been served
   */
  public Standings(
      Accounts accounts,
      Map<String, QualityOfService> qualities,
      Map<String, String> partitionQualities,
      Map<String, Billing> billing,
      Function<String, Map<String, Long>> totals,
      ToLongBiFunction<ResourceRequest, String> wholeNodes,
      Enforcement enforcement,
      FairShare.Rule fairness) {
    this.accounts = accounts;
    this.qualities = new TreeMap<>(qualities);
    this.partitionQualities = Map.copyOf(partitionQualities);
    this.billing = Map.copyOf(billing);
    this.totals = totals;
    this.wholeNodes = wholeNodes;
    this.enforcement = enforcement;
    this.fairness = fairness;
    limited =
        enforcement.limits()
            && (accounts.associations().stream().anyMatch(one -> !one.limits().isEmpty())
                || qualities.values().stream()
                    .anyMatch(one -> !one.limits().isEmpty() || Standing.hasThreshold(one)));
  }

  public Accounts accounts() {
    return accounts;
  }

  public Enforcement enforcement() {
    return enforcement;
  }

  FairShare.Rule fairness() {
    return fairness;
  }

  /** False when no limit is in force for anybody. */
  public boolean limited() {
    return limited;
  }

  /** True when it is limited how many jobs of somebody accrue age. */
  public boolean limitsAccrual() {
    return limited
        && (accounts.associations().stream().anyMatch(one -> limitsAccrual(one.limits()))
            || qualities.values().stream().anyMatch(one -> limitsAccrual(one.limits())));
  }

  private static boolean limitsAccrual(LimitSet limits) {
    return ACCRUING.stream().anyMatch(one -> limits.number(one) != LimitSet.UNLIMITED);
  }

  /** Amounts in the order of the trackable resources, with what a partition bills for them. */
  long[] counts(Map<String, Long> amounts, String partition) {
    long[] counts = Amounts.inOrder(amounts, accounts.tres());
    counts[Tres.BILLING] = billing.getOrDefault(partition, Billing.CPUS).of(amounts);
    return counts;
  }

  /** What a job will have at least: what it asks for, or more where it gets whole nodes. */
  long[] least(ResourceRequest request, String partition) {
    Map<String, Long> amounts = Amounts.of(request);
    long whole = wholeNodes.applyAsLong(request, partition);
    if (whole > amounts.get("cpu")) {
      amounts.put("cpu", whole);
      amounts.put("billing", whole);
    }
    return counts(amounts, partition);
  }

  Standing of(Payer payer, String partition) {
    return known.computeIfAbsent(new Key(payer, partition), this::find);
  }

  /** The number of a pot. */
  int pot(Pot pot) {
    return pots.computeIfAbsent(pot, key -> nextPot.getAndIncrement());
  }

  /** True for the pot of an association or a quality of service that is there. */
  boolean exists(Pot pot) {
    return pot.kind() == Pot.Kind.ASSOCIATION
        ? accounts.association(pot.id()) != null
        : qos(pot) != null;
  }

  /** The quality of service that a pot is of, or null. */
  QualityOfService qos(Pot pot) {
    if (pot.kind() != Pot.Kind.ASSOCIATION) {
      for (QualityOfService one : qualities.values()) {
        if (one.id() == pot.id()) {
          return one;
        }
      }
    }
    return null;
  }

  /** Pots and their numbers, as far as anybody has asked for them. */
  Map<Pot, Integer> pots() {
    return pots;
  }

  private Standing find(Key key) {
    Payer payer = key.payer();
    Association own = accounts.payer(payer.account(), payer.user(), key.partition());
    QualityOfService job = qualities.get(payer.qos());
    QualityOfService ofPartition =
        qualities.get(partitionQualities.getOrDefault(key.partition(), ""));
    List<QualityOfService> both = new ArrayList<>();
    if (job != null && job.has(QosFlag.OVER_PARTITION_QOS)) {
      both.add(job);
    }
    if (ofPartition != null) {
      both.add(ofPartition);
    }
    if (job != null && !both.contains(job)) {
      both.add(job);
    }
    Set<Integer> used = new java.util.TreeSet<>();
    Set<Integer> lasting = new java.util.TreeSet<>();
    for (QualityOfService qos : both) {
      lasting.add(pot(new Pot(Pot.Kind.QOS, qos.id(), "")));
      used.add(pot(new Pot(Pot.Kind.QOS_USER, qos.id(), payer.user())));
      used.add(pot(new Pot(Pot.Kind.QOS_ACCOUNT, qos.id(), payer.account())));
    }
    for (Association at = own; at != null; at = accounts.above(at)) {
      lasting.add(pot(new Pot(Pot.Kind.ASSOCIATION, at.id(), "")));
    }
    used.addAll(lasting);
    return new Standing(
        own,
        job,
        used.stream().mapToInt(Integer::intValue).toArray(),
        lasting.stream().mapToInt(Integer::intValue).toArray(),
        limited ? checks(key, both, job, own) : List.of(),
        limited ? quotas(payer, job, own) : List.of(),
        both.stream().anyMatch(qos -> qos.has(QosFlag.DENY_ON_LIMIT)));
  }

  private List<Check> checks(
      Key key, List<QualityOfService> both, QualityOfService job, Association own) {
    Payer payer = key.payer();
    List<Check> checks = new ArrayList<>();
    Set<Object> said = new HashSet<>();
    for (QualityOfService qos : both) {
      Set<Object> saidHere = new HashSet<>();
      add(checks, new Holder(limits(qos, key.partition()), qos, null), payer, said, saidHere);
      said.addAll(saidHere);
    }
    for (Association at = own; at != null; at = accounts.above(at)) {
      LimitSet limits = at == own ? accounts.limits(own) : groupsOf(at.limits());
      limits = job == null ? limits : multiplied(limits, job.limitFactor());
      add(checks, new Holder(limits, null, at), payer, said, new HashSet<>());
    }
    return List.copyOf(checks);
  }

  /**
   * What limits how many jobs accrue age: of qualities of service the job's own alone, then the
   * association and its accounts.
   */
  private List<Quota> quotas(Payer payer, QualityOfService job, Association own) {
    List<Holder> holders = new ArrayList<>();
    if (job != null) {
      holders.add(new Holder(job.limits(), job, null));
    }
    for (Association at = own; at != null; at = accounts.above(at)) {
      LimitSet limits = at == own ? accounts.limits(own) : groupsOf(at.limits());
      holders.add(new Holder(limits, null, at));
    }
    List<Quota> quotas = new ArrayList<>();
    Set<Limit> said = new HashSet<>();
    for (Holder holder : holders) {
      for (Limit limit : ACCRUING) {
        long most = holder.limits().number(limit);
        if (most != LimitSet.UNLIMITED && !said.contains(limit)) {
          quotas.add(new Quota(pot(limit, holder, payer), most));
          if (holder.qos() != null) {
            said.add(limit);
          }
        }
      }
    }
    return List.copyOf(quotas);
  }

  /** Limits of a quality of service for jobs of a partition, percentages worked out. */
  private LimitSet limits(QualityOfService qos, String partition) {
    LimitSet limits = qos.limits();
    if (!qos.has(QosFlag.RELATIVE)) {
      return limits;
    }
    Map<String, Long> all = totals.apply(ofPartition(qos, partition) ? partition : "");
    for (ResourceLimit limit : RELATIVE) {
      for (Map.Entry<String, Long> one : qos.limits().resources(limit).entrySet()) {
        long total = all.getOrDefault(one.getKey(), 0L);
        limits = limits.with(limit, one.getKey(), percent(total, one.getValue()));
      }
    }
    return limits;
  }

  /** As much as there can be where it is beyond all numbers. */
  private static long percent(long total, long percent) {
    return percent > 0 && total > Long.MAX_VALUE / percent ? Long.MAX_VALUE : total * percent / 100;
  }

  private boolean ofPartition(QualityOfService qos, String partition) {
    return qos.name().equals(partitionQualities.get(partition));
  }

  /** True for one that is that of a partition, whose resources its limits are a part of. */
  boolean ofSomePartition(QualityOfService qos) {
    return partitionQualities.containsValue(qos.name());
  }

  /** What an account passes on is in the limits of those below it already. */
  private static LimitSet groupsOf(LimitSet limits) {
    Map<Limit, Long> numbers = new LinkedHashMap<>(limits.numbers());
    numbers.keySet().removeIf(Limit::inherited);
    Map<ResourceLimit, Map<String, Long>> resources = new LinkedHashMap<>(limits.resources());
    resources.keySet().removeIf(ResourceLimit::inherited);
    return new LimitSet(numbers, resources);
  }

  /** Limits of resources of an association, as a quality of service widens or narrows them. */
  private static LimitSet multiplied(LimitSet limits, double factor) {
    LimitSet result = limits;
    for (ResourceLimit limit : List.of(ResourceLimit.GROUP, ResourceLimit.MAX_PER_JOB)) {
      for (Map.Entry<String, Long> one : limits.resources(limit).entrySet()) {
        long most = factor > 0 ? (long) (one.getValue() * factor) : one.getValue();
        result = result.with(limit, one.getKey(), most);
      }
    }
    return result;
  }

  private void add(
      List<Check> checks, Holder holder, Payer payer, Set<Object> said, Set<Object> saidHere) {
    boolean qos = holder.qos() != null;
    String owner = owner(holder);
    for (Limit limit : Limit.values()) {
      long most = holder.limits().number(limit);
      if (most != LimitSet.UNLIMITED && !said.contains(limit)) {
        saidHere.add(limit);
        Check check = Check.of(limit, most, pot(limit, holder, payer), qos, owner);
        if (check != null) {
          checks.add(check);
        }
      }
    }
    Tres tres = accounts.tres();
    for (ResourceLimit limit : ResourceLimit.values()) {
      inOrder(holder.limits().resources(limit))
          .forEach(
              (name, most) -> {
                int index = tres.index(name);
                List<Object> key = List.of(limit, name);
                if (index >= 0 && !said.contains(key)) {
                  saidHere.add(key);
                  int pot = pot(limit, holder, payer);
                  checks.add(Check.of(limit, index, name, most, pot, qos, owner));
                }
              });
    }
  }

  /** CPUs, then nodes, then all others by name. */
  private static Map<String, Long> inOrder(Map<String, Long> counts) {
    Map<String, Long> sorted = new LinkedHashMap<>();
    for (String first : List.of("cpu", "node")) {
      if (counts.containsKey(first)) {
        sorted.put(first, counts.get(first));
      }
    }
    new TreeMap<>(counts).forEach(sorted::putIfAbsent);
    return sorted;
  }

  private static String owner(Holder holder) {
    if (holder.qos() != null) {
      return "quality of service " + holder.qos().name();
    }
    Association at = holder.association();
    return "account " + at.account() + (at.ofUser() ? " for user " + at.user() : "");
  }

  private int pot(Limit limit, Holder holder, Payer payer) {
    return switch (limit) {
      case MAX_JOBS, MAX_SUBMITTED, MAX_ACCRUING -> pot(holder, payer, true, false);
      case MAX_JOBS_PER_ACCOUNT, MAX_SUBMITTED_PER_ACCOUNT, MAX_ACCRUING_PER_ACCOUNT ->
          pot(holder, payer, false, true);
      default -> pot(holder, payer, false, false);
    };
  }

  private int pot(ResourceLimit limit, Holder holder, Payer payer) {
    return switch (limit) {
      case MAX_PER_USER, MAX_RUN_MINUTES_PER_USER -> pot(holder, payer, true, false);
      case MAX_PER_ACCOUNT, MAX_RUN_MINUTES_PER_ACCOUNT -> pot(holder, payer, false, true);
      default -> pot(holder, payer, false, false);
    };
  }

  private int pot(Holder holder, Payer payer, boolean perUser, boolean perAccount) {
    if (holder.qos() == null) {
      return pot(new Pot(Pot.Kind.ASSOCIATION, holder.association().id(), ""));
    }
    long id = holder.qos().id();
    if (perUser) {
      return pot(new Pot(Pot.Kind.QOS_USER, id, payer.user()));
    }
    return perAccount
        ? pot(new Pot(Pot.Kind.QOS_ACCOUNT, id, payer.account()))
        : pot(new Pot(Pot.Kind.QOS, id, ""));
  }
}
