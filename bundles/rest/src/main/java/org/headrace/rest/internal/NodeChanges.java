package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Changes nodes by {@code scontrol}. */
final class NodeChanges {
  static final List<Field> FIELDS =
      List.of(
          new Field("state", Field.Kind.TEXTS, "", "State", "DRAIN, RESUME, DOWN, UNDRAIN, FAIL"),
          new Field("reason", Field.Kind.TEXT, "", "Reason", "why"),
          new Field("comment", Field.Kind.TEXT, "", "Comment", "any remark"),
          new Field("weight", Field.Kind.NUMBER, "", "Weight", "the lower, the sooner it is used"),
          new Field("features", Field.Kind.TEXTS, "", "AvailableFeatures", "what it has"),
          new Field("features_act", Field.Kind.TEXTS, "", "ActiveFeatures", "what it has now"));

  /** The same, with the nodes that it is about. */
  static final List<Field> OF_SEVERAL =
      Stream.concat(
              Stream.of(new Field("name", Field.Kind.TEXTS, "", "", "names or ranges of names")),
              FIELDS.stream())
          .toList();

  private NodeChanges() {}

  static void one(Ask ask, Answer answer) throws Exception {
    run(Routes.name(ask, "node_name"), ask.body(), answer);
  }

  static void several(Ask ask, Answer answer) throws Exception {
    Map<String, Object> changes = new LinkedHashMap<>(ask.body());
    Object names = changes.remove("name");
    List<String> nodes = names == null ? List.of() : Values.texts(names, "#/name");
    for (String node : nodes.isEmpty() ? List.of("") : nodes) {
      if (!node.matches("[^\\s\\p{Cntrl}=-][^\\s\\p{Cntrl}=]{0,65535}")) {
        throw Problem.bad("#/name: '" + node + "' names no nodes", "#/name").raised();
      }
    }
    run(String.join(",", nodes), changes, answer);
  }

  private static void run(String nodes, Map<String, Object> changes, Answer answer)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("update", "NodeName=" + nodes));
    Field.each(
        FIELDS,
        changes,
        "#",
        answer,
        (field, value, place) -> {
          String word = field.word(value, place);
          if (word != null) {
            words.add(field.update() + "=" + word);
          }
        });
    if (words.size() == 2) {
      throw Problem.bad("The request changes nothing: name fields of the node", "body").raised();
    }
    answer.change(Call.of("scontrol", words));
  }
}
