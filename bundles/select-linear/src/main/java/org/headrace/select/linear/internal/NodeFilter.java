package org.headrace.select.linear.internal;

import java.util.Set;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;

/** Which nodes suit a request by what they are. */
final class NodeFilter {
  private final NodeConstraint constraint;
  private final String text;
  private int at;

  /**
   * @throws IllegalArgumentException if the feature expression is malformed, or needs counts or
   *     matching alternatives, which whole-node selection doesn't offer
   */
  NodeFilter(ResourceRequest request) {
    constraint = request.nodes();
    text = constraint.features();
    if (text.indexOf('[') >= 0 || text.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "constraint \"" + text + "\": brackets and counts need select/cons_tres");
    }
    matches(Set.of());
  }

  boolean suits(NodeView node) {
    NodeHardware hardware = node.hardware();
    return hardware.cpus() >= constraint.minCpus()
        && hardware.tmpDisk() >= constraint.minTmpDisk()
        && hardware.sockets() >= constraint.sockets()
        && hardware.coresPerSocket() >= constraint.coresPerSocket()
        && hardware.threadsPerCore() >= constraint.threadsPerCore()
        && !constraint.excluded().contains(node.name())
        && matches(node.features());
  }

  private boolean matches(Set<String> features) {
    if (text.isBlank()) {
      return true;
    }
    at = 0;
    boolean result = expression(features);
    if (at < text.length()) {
      throw error("unexpected '" + text.charAt(at) + "'");
    }
    return result;
  }

  /** Operators bind from left to right. */
  private boolean expression(Set<String> features) {
    boolean result = term(features);
    while (at < text.length() && "&|,".indexOf(text.charAt(at)) >= 0) {
      char operator = text.charAt(at++);
      boolean right = term(features);
      result = operator == '|' ? result | right : result & right;
    }
    return result;
  }

  private boolean term(Set<String> features) {
    if (at < text.length() && text.charAt(at) == '(') {
      at++;
      boolean result = expression(features);
      if (at >= text.length() || text.charAt(at) != ')') {
        throw error("')' is missing");
      }
      at++;
      return result;
    }
    int start = at;
    while (at < text.length() && "&|,()".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw error("a feature name is missing");
    }
    return features.contains(text.substring(start, at).trim());
  }

  private IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "constraint \"" + text + "\": " + problem + " at position " + (at + 1));
  }
}
