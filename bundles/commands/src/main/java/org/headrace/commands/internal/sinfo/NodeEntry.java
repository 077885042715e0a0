package org.headrace.commands.internal.sinfo;

import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;

/**
 * A node in one of its partitions.
 *
 * @param partition the partition, or null for nodes of none
 * @param order position of the partition in the configuration
 * @param node the node, or null for a partition without nodes
 */
record NodeEntry(PartitionDefinition partition, int order, NodeStatus node) {}
