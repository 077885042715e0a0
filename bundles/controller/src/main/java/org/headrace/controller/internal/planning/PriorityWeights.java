package org.headrace.controller.internal.planning;

import java.util.List;
import java.util.Map;
import org.headrace.api.priority.Priority;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.control.query.PriorityBreakdown;

/**
 * The weights of a priority plugin.
 *
 * @param factors of each factor
 * @param tres of trackable resources, by name
 */
record PriorityWeights(Map<PriorityFactor, Double> factors, Map<String, Double> tres) {
  static PriorityWeights of(Priority priority, Map<String, String> settings) {
    return new PriorityWeights(priority.weights(settings), priority.tresWeights(settings));
  }

  PriorityBreakdown breakdown(String plugin, List<PriorityBreakdown.Row> rows) {
    return new PriorityBreakdown(plugin, factors, tres, rows, "");
  }
}
