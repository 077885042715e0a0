package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that can be asked for: both what serves it and what the API's document says of it.
 *
 * @param method of HTTP
 * @param path with parameters in braces, the first segment after the area being the version
 * @param summary one line
 * @param query parameters of the query
 * @param body fields of the body; empty: there is none
 * @param payload names of what comes in the answer, and what each is (array, object, string ...)
 * @param work does it
 */
record Route(
    String method,
    String path,
    String summary,
    List<Parameter> query,
    List<Field> body,
    Map<String, String> payload,
    Work work) {
  static final String VERSION = "{version}";

  /**
   * A parameter.
   *
   * @param name as it is written
   * @param description what it does
   */
  record Parameter(String name, String description) {}

  /** Answers a request. */
  @FunctionalInterface
  interface Work {
    void run(Ask ask, Answer answer) throws Exception;
  }

  /** Names of the payload's arrays, which clients expect in failures as well. */
  List<String> arrays() {
    return payload.entrySet().stream()
        .filter(one -> one.getValue().equals("array"))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The values of the path's parameters.
   *
   * @param segments of the request's path, decoded
   * @return null if this isn't the route's path
   */
  Map<String, String> match(List<String> segments) {
    String[] own = path.substring(1).split("/");
    if (own.length != segments.size()) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < own.length; i++) {
      String given = segments.get(i);
      if (own[i].startsWith("{")) {
        values.put(own[i].substring(1, own[i].length() - 1), given);
      } else if (!own[i].equals(given)) {
        return null;
      }
    }
    return values;
  }

  /** Names of the path's parameters but for the version. */
  List<String> parameters() {
    List<String> names = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (segment.startsWith("{") && !segment.equals(VERSION)) {
        names.add(segment.substring(1, segment.length() - 1));
      }
    }
    return names;
  }
}
