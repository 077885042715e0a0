package org.headrace.core.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
import org.headrace.control.definition.PartitionDefinition;

/** A partition in the making: that of before, with some settings replaced. */
final class PartitionEdit {
  private final PartitionDefinition from;
  List<String> nodes;
  boolean isDefault;
  boolean hidden;
  PartitionView.State state;
  int minNodes;
  int maxNodes;
  long maxTime;
  long defaultTime;
  int priorityTier;
  int priorityFactor;
  List<String> allowGroups;
  List<String> allowAccounts;
  List<String> denyAccounts;
  List<String> allowQos;
  List<String> denyQos;
  boolean rootOnly;
  Sharing sharing;
  MemoryRequest defaultMemory;
  MemoryRequest maxMemory;
  long graceTime;
  long overTimeLimit;
  Map<String, String> options;

  PartitionEdit(PartitionDefinition from) {
    this.from = from;
    nodes = from.nodes();
    isDefault = from.isDefault();
    hidden = from.hidden();
    state = from.state();
    minNodes = from.minNodes();
    maxNodes = from.maxNodes();
    maxTime = from.maxTime();
    defaultTime = from.defaultTime();
    priorityTier = from.priorityTier();
    priorityFactor = from.priorityFactor();
    allowGroups = from.allowGroups();
    allowAccounts = from.allowAccounts();
    denyAccounts = from.denyAccounts();
    allowQos = from.allowQos();
    denyQos = from.denyQos();
    rootOnly = from.rootOnly();
    sharing = from.sharing();
    defaultMemory = from.defaultMemory();
    maxMemory = from.maxMemory();
    graceTime = from.graceTime();
    overTimeLimit = from.overTimeLimit();
    options = from.options();
  }

  PartitionDefinition done() {
    return new PartitionDefinition(
        from.name(),
        nodes,
        isDefault,
        hidden,
        state,
        minNodes,
        maxNodes,
        maxTime,
        defaultTime,
        priorityTier,
        priorityFactor,
        sharing,
        defaultMemory,
        maxMemory,
        allowGroups,
        allowAccounts,
        denyAccounts,
        allowQos,
        denyQos,
        rootOnly,
        graceTime,
        overTimeLimit,
        options);
  }
}
