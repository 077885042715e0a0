package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Calls of {@code sacctmgr} for one request: it knows who may do what. */
final class Book {
  private static final String NAME = "[^\\s,'\"\\p{Cntrl}]{1,1024}";

  private final Answer answer;

  Book(Answer answer) {
    this.answer = answer;
  }

  /** A name as one is made: nothing that would be several, a condition or an option. */
  static String name(Object value, String where) throws Problem.Raised {
    if (value instanceof String name && name.matches(NAME) && !name.startsWith("-")) {
      return name;
    }
    throw Problem.bad(where + " is no name", where).raised();
  }

  /** The same; the empty string where there is none. */
  static String optional(Object value, String where) throws Problem.Raised {
    return value == null || value.equals("") ? "" : name(value, where);
  }

  /** Names, at least one. */
  static List<String> names(Object value, String where) throws Problem.Raised {
    List<String> names = new ArrayList<>();
    for (Object one : value instanceof List<?> list ? list : List.of()) {
      names.add(name(one, where));
    }
    if (names.isEmpty()) {
      throw Problem.bad(where + " names nobody", where).raised();
    }
    return names;
  }

  /** The objects that a body has under a name. */
  static List<Map<?, ?>> objects(Map<?, ?> body, String name) throws Problem.Raised {
    List<Map<?, ?>> objects = new ArrayList<>();
    Object value = body.get(name);
    if (value != null && !(value instanceof List)) {
      throw Problem.bad("#/" + name + " is no list", "#/" + name).raised();
    }
    for (Object one : value == null ? List.of() : (List<?>) value) {
      if (!(one instanceof Map<?, ?> object)) {
        throw Problem.bad("#/" + name + " has something else than objects", "#/" + name).raised();
      }
      objects.add(object);
    }
    return objects;
  }

  /** Lines of a table; columns are separated by {@code |}. */
  List<String[]> rows(String entity, String format, String... conditions) throws Exception {
    List<String> words = new ArrayList<>(List.of("-n", "-P", "show", entity));
    words.addAll(List.of(conditions));
    words.add("format=" + format);
    List<String[]> rows = new ArrayList<>();
    Answer.Said said = answer.text(Call.of("sacctmgr", words));
    if (said.status() != 0) {
      throw failure(said).raised();
    }
    said.text().lines().forEach(line -> rows.add(line.split("\\|", -1)));
    return rows;
  }

  /** Nothing of another cluster is here. */
  void ours(Object cluster, String where) throws Problem.Raised {
    if (cluster != null && !cluster.equals("") && !cluster.equals(answer.cluster())) {
      throw Problem.bad(where + ": this is the cluster " + answer.cluster() + " alone", where)
          .raised();
    }
  }

  boolean has(String entity, String name) throws Exception {
    return !rows(entity, entity.equals("qos") ? "name" : entity, "name=" + name).isEmpty();
  }

  /** Changes something, at once. */
  void change(List<String> words) throws Exception {
    Answer.Said said = said(words);
    if (said.status() != 0) {
      throw failure(said).raised();
    }
  }

  void change(String... words) throws Exception {
    change(Arrays.asList(words));
  }

  /** Adds something that may be there already. */
  void ensure(String... words) throws Exception {
    Answer.Said said = said(Arrays.asList(words));
    if (said.status() != 0 && !said.text().contains("Nothing new added")) {
      throw failure(said).raised();
    }
  }

  private Answer.Said said(List<String> words) throws Exception {
    List<String> all = new ArrayList<>(List.of("-i"));
    all.addAll(words);
    return answer.text(Call.of("sacctmgr", all));
  }

  /** What it says of a failure is on either of its outputs. */
  private static Problem failure(Answer.Said said) {
    List<String> lines = new ArrayList<>(said.messages());
    said.text().lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lines::add);
    return KnownErrors.of("sacctmgr", lines.stream().map(String::strip).toList());
  }
}
