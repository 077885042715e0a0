package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.core.internal.table.LongTable;

/** The nodes, by id and by name. */
final class NodeTable {
  private final LongTable<NodeEntry> entries = new LongTable<>();
  private Map<String, Integer> ids = Map.of();
  private int nextId;
  private boolean viewsChanged = true;
  private List<NodeView> views = List.of();

  NodeEntry get(int id) {
    return id < 0 ? null : entries.get(id);
  }

  NodeEntry get(String name) {
    Integer id = ids.get(name);
    return id == null ? null : entries.get(id);
  }

  /** Names of all nodes; the map is never changed, only replaced. */
  Map<String, Integer> ids() {
    return ids;
  }

  List<NodeEntry> all() {
    return entries.values();
  }

  int nextId() {
    return nextId;
  }

  /** The id for a new node; ids are never used twice. */
  int newId() {
    return nextId++;
  }

  void put(NodeEntry entry) {
    NodeEntry before = entries.get(entry.id());
    entries.put(entry.id(), entry);
    if (before == null || before.view() != entry.view()) {
      viewsChanged = true;
    }
    if (before == null) {
      Map<String, Integer> more = new TreeMap<>(ids);
      more.put(entry.name(), entry.id());
      ids = more;
    }
  }

  /** Replaces all nodes at once. */
  void replaceAll(List<NodeEntry> nodes, int newNextId) {
    entries.clear();
    TreeMap<String, Integer> names = new TreeMap<>();
    for (NodeEntry node : nodes) {
      entries.put(node.id(), node);
      names.put(node.name(), node.id());
    }
    ids = names;
    nextId = newNextId;
    viewsChanged = true;
  }

  boolean viewsChanged() {
    return viewsChanged;
  }

  /** The nodes as plugins see them, ascending by id; an immutable list. */
  List<NodeView> views() {
    if (viewsChanged) {
      List<NodeView> fresh = new ArrayList<>(entries.size());
      for (NodeEntry entry : entries.values()) {
        fresh.add(entry.view());
      }
      views = List.copyOf(fresh);
      viewsChanged = false;
    }
    return views;
  }

  /** Names of an allocation's nodes, in its order; a node that is gone is left out. */
  List<String> names(Allocation allocation) {
    if (allocation == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>(allocation.nodes().size());
    for (NodeAllocation part : allocation.nodes()) {
      String name = name(part.node());
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  String name(int id) {
    NodeEntry entry = get(id);
    return entry == null ? null : entry.name();
  }

  LongTable.View<NodeEntry> freeze() {
    return entries.freeze();
  }
}
