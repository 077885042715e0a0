package org.headrace.api.model;

import java.util.Arrays;

/**
 * Who has which cores of a node on terms that matter to others: who shares them with whom, and how
 * many CPUs the jobs of a partition use together. Immutable, so that copies of a ledger share it.
 */
final class SharedCores {
  static final SharedCores NONE = new SharedCores(new Tenant[0]);

  private final Tenant[] tenants;

  /** A job with cores. */
  private record Tenant(CoreTerms terms, CoreSet cores) {}

  private SharedCores(Tenant[] tenants) {
    this.tenants = tenants;
  }

  SharedCores with(CoreTerms terms, CoreSet cores) {
    Tenant[] more = Arrays.copyOf(tenants, tenants.length + 1);
    more[tenants.length] = new Tenant(terms, cores);
    return new SharedCores(more);
  }

  /** Without a job that has these cores on these terms: any, as they are alike. Null for nobody. */
  SharedCores without(CoreTerms terms, CoreSet cores) {
    int at = Arrays.asList(tenants).indexOf(new Tenant(terms, cores));
    if (at < 0) {
      return this;
    }
    if (tenants.length == 1) {
      return null;
    }
    Tenant[] less = new Tenant[tenants.length - 1];
    System.arraycopy(tenants, 0, less, 0, at);
    System.arraycopy(tenants, at + 1, less, at, less.length - at);
    return new SharedCores(less);
  }

  /** Cores that somebody has. */
  CoreSet taken() {
    CoreSet all = CoreSet.EMPTY;
    for (Tenant tenant : tenants) {
      all = all.union(tenant.cores);
    }
    return all;
  }

  /** Cores that somebody has who shares them with one more job of these terms. */
  CoreSet open(CoreTerms terms) {
    if (!terms.shares()) {
      return CoreSet.EMPTY;
    }
    // Of each number up to the most: cores with so many jobs of the partition, or more.
    CoreSet[] having = new CoreSet[Math.min(terms.jobs(), tenants.length + 1)];
    Arrays.fill(having, CoreSet.EMPTY);
    CoreSet closed = CoreSet.EMPTY;
    CoreSet shared = CoreSet.EMPTY;
    for (Tenant tenant : tenants) {
      if (!tenant.terms.shares()) {
        closed = closed.union(tenant.cores);
        continue;
      }
      shared = shared.union(tenant.cores);
      if (!tenant.terms.partition().equals(terms.partition())) {
        continue;
      }
      for (int i = having.length - 1; i > 0; i--) {
        having[i] = having[i].union(having[i - 1].intersection(tenant.cores));
      }
      having[0] = having[0].union(tenant.cores);
    }
    for (Tenant tenant : tenants) {
      boolean counts = tenant.terms.partition().equals(terms.partition());
      int most = Math.min(terms.jobs(), tenant.terms.jobs());
      if (counts && most <= having.length) {
        closed = closed.union(tenant.cores.intersection(having[most - 1]));
      }
    }
    return shared.minus(closed);
  }

  /** Cores of a range that jobs of the partition have; one that several have counts for each. */
  int cores(String partition, int from, int to) {
    int sum = 0;
    for (Tenant tenant : tenants) {
      if (tenant.terms.partition().equals(partition)) {
        sum += tenant.cores.countIn(from, to);
      }
    }
    return sum;
  }
}
