package org.headrace.rest.internal;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  private NodeChanges() {}

  static void run(Ask ask, Answer answer) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("update", "NodeName=" + Routes.name(ask, "node_name")));
    for (Map.Entry<String, Object> one : ask.body().entrySet()) {
      Field field =
          FIELDS.stream().filter(f -> f.name().equals(one.getKey())).findFirst().orElse(null);
      String where = "#/" + one.getKey();
      if (field == null) {
        answer.warn("Ignoring unknown or unsupported field " + one.getKey(), where);
        continue;
      }
      String word =
          one.getValue() == null
              ? null
              : Values.word(field.kind(), one.getValue(), where, ZoneId.systemDefault());
      if (word != null) {
        words.add(field.update() + "=" + word);
      }
    }
    if (words.size() == 2) {
      throw Problem.bad("The request changes nothing: name fields of the node", "body").raised();
    }
    answer.change(Call.of("scontrol", words));
  }
}
