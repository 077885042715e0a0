package org.headrace.rest.internal;

import java.util.List;
import java.util.Map;
import org.headrace.control.front.Caller;

/**
 * A request, read completely.
 *
 * @param version of the API, such as {@code v0.0.44}
 * @param path values of the path's parameters
 * @param query parameters of the query in their order
 * @param body the object of its body; empty if it has none
 * @param caller who asks
 * @param source where the client is, for the answer
 */
record Ask(
    String version,
    Map<String, String> path,
    Map<String, List<String>> query,
    Map<String, Object> body,
    Caller caller,
    String source) {
  /** The last value of a parameter of the query, or the empty string. */
  String query(String name) {
    List<String> values = query.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.get(values.size() - 1);
  }

  /** All values of a parameter, separated by commas. */
  String all(String name) {
    return String.join(",", query.getOrDefault(name, List.of()));
  }
}
