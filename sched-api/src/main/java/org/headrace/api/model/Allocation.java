package org.headrace.api.model;

import java.util.List;
import java.util.Map;

/**
 * What one job holds: its share of each of its nodes, in the order in which tasks are numbered.
 *
 * @param nodes at least one node, each at most once
 * @param exclusive true when no other job may use these nodes
 * @param licenses licence names and counts
 * @param kept ids of nodes that no other job may use while this one runs, its own among them;
 *     ascending, and mostly none
 * @param terms the terms on which it has its cores
 */
public record Allocation(
    List<NodeAllocation> nodes,
    boolean exclusive,
    Map<String, Integer> licenses,
    List<Integer> kept,
    CoreTerms terms) {
  public Allocation {
    nodes = List.copyOf(nodes);
    licenses = Map.copyOf(licenses);
    kept = kept == null ? List.of() : List.copyOf(kept); // not in old logs
    terms = terms == null ? CoreTerms.UNSTATED : terms;
  }

  /** On terms that nobody has stated. */
  public Allocation(
      List<NodeAllocation> nodes,
      boolean exclusive,
      Map<String, Integer> licenses,
      List<Integer> kept) {
    this(nodes, exclusive, licenses, kept, CoreTerms.UNSTATED);
  }

  /** Without nodes that are kept from others. */
  public Allocation(List<NodeAllocation> nodes, boolean exclusive, Map<String, Integer> licenses) {
    this(nodes, exclusive, licenses, List.of());
  }

  /** Without licences. */
  public Allocation(List<NodeAllocation> nodes, boolean exclusive) {
    this(nodes, exclusive, Map.of());
  }

  public Allocation withLicenses(Map<String, Integer> newLicenses) {
    return licenses.equals(newLicenses)
        ? this
        : new Allocation(nodes, exclusive, newLicenses, kept, terms);
  }

  public Allocation withKept(List<Integer> newKept) {
    return kept.equals(newKept) ? this : new Allocation(nodes, exclusive, licenses, newKept, terms);
  }

  public Allocation withTerms(CoreTerms newTerms) {
    return terms.equals(newTerms)
        ? this
        : new Allocation(nodes, exclusive, licenses, kept, newTerms);
  }

  /** The same without one of its nodes. */
  public Allocation withoutNode(int id) {
    return new Allocation(
        nodes.stream().filter(part -> part.node() != id).toList(),
        exclusive,
        licenses,
        kept,
        terms);
  }

  /**
   * What a job keeps while it is stopped and its cores are free: all else, and its nodes shared.
   */
  public Allocation withoutCores() {
    return new Allocation(
        nodes.stream().map(NodeAllocation::withoutCores).toList(),
        false,
        licenses,
        List.of(),
        terms);
  }

  /**
   * Ids of nodes that others can't use where this is promised: its own, and those that it keeps.
   */
  public List<Integer> setAside() {
    return kept.isEmpty() ? nodes.stream().map(NodeAllocation::node).toList() : kept;
  }

  public int cpus() {
    return nodes.stream().mapToInt(NodeAllocation::cpus).sum();
  }

  public long memory() {
    return nodes.stream().mapToLong(NodeAllocation::memory).sum();
  }

  public int tasks() {
    return nodes.stream().mapToInt(NodeAllocation::tasks).sum();
  }

  /** How many resources of the kind the job holds in all. */
  public long gresCount(String name) {
    return nodes.stream()
        .flatMap(node -> node.gres().stream())
        .filter(gres -> gres.name().equals(name))
        .mapToLong(GresAllocation::count)
        .sum();
  }
}
