package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes, changes and removes reservations by {@code scontrol}. */
final class ReservationChanges {
  static final List<Field> FIELDS =
      List.of(
          new Field("name", Field.Kind.TEXT, "", "", "its name; without it, one is made"),
          new Field("accounts", Field.Kind.TEXTS, "", "Accounts", "whose jobs may use it"),
          new Field("comment", Field.Kind.TEXT, "", "Comment", "any remark"),
          new Field("core_count", Field.Kind.NUMBER, "", "CoreCnt", "cores in all"),
          new Field("duration", Field.Kind.MINUTES, "", "Duration", "minutes"),
          new Field("end_time", Field.Kind.TIME, "", "EndTime", "its end"),
          new Field("features", Field.Kind.TEXT, "", "Features", "what its nodes have"),
          new Field("flags", Field.Kind.TEXTS, "", "Flags", "as scontrol takes them"),
          new Field("groups", Field.Kind.TEXTS, "", "Groups", "whose members may use it"),
          new Field("licenses", Field.Kind.TEXTS, "", "Licenses", "licences that it has"),
          new Field("max_start_delay", Field.Kind.NUMBER, "", "MaxStartDelay", "seconds"),
          new Field("node_count", Field.Kind.NUMBER, "", "NodeCnt", "how many nodes"),
          new Field("node_list", Field.Kind.TEXTS, "", "Nodes", "which nodes"),
          new Field("partition", Field.Kind.TEXT, "", "PartitionName", "of which partition"),
          new Field("start_time", Field.Kind.TIME, "", "StartTime", "its begin"),
          new Field("users", Field.Kind.TEXTS, "", "Users", "who may use it"));

  private static final int INVALID = 2053;
  private static final String MADE = "Reservation created: ";

  private final Answer answer;

  ReservationChanges(Answer answer) {
    this.answer = answer;
  }

  /** The one that the body is. */
  static void one(Ask ask, Answer answer) throws Exception {
    String name = new ReservationChanges(answer).put(ask.body(), "#");
    answer.fields(out -> out.writeStringField("reservation_name", name));
  }

  /** Those that the body lists. */
  static void several(Ask ask, Answer answer) throws Exception {
    List<Map<?, ?>> all = Book.objects(ask.body(), "reservations");
    if (all.isEmpty()) {
      throw Problem.bad("The body has no reservations: write {\"reservations\": [{...}]}", "body")
          .raised();
    }
    ReservationChanges changes = new ReservationChanges(answer);
    List<String> names = new ArrayList<>();
    for (Map<?, ?> one : all) {
      names.add(changes.put(one, "#/reservations"));
    }
    answer.fields(
        out -> {
          out.writeArrayFieldStart("reservations");
          for (String name : names) {
            out.writeStartObject();
            out.writeStringField("name", name);
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  static void remove(Ask ask, Answer answer) throws Exception {
    String name = Book.name(ask.path().get("reservation_name"), "reservation_name");
    Answer.Said said = answer.text(Call.of("scontrol", "delete", "reservation=" + name));
    if (said.status() != 0) {
      Problem problem = KnownErrors.of("scontrol", said.messages());
      // It is what the path names, and no mistake of the body as elsewhere.
      throw (problem.number() == INVALID ? problem.with(Problem.NOT_FOUND) : problem).raised();
    }
  }

  /** Makes one, or changes the one of that name; gives its name. */
  private String put(Map<?, ?> given, String where) throws Exception {
    String name = Book.optional(given.get("name"), where + "/name");
    List<String> words = new ArrayList<>();
    Field.each(
        FIELDS,
        given,
        where,
        answer,
        (field, value, place) -> {
          String word = field.update().isEmpty() ? null : field.word(value, place);
          if (word != null && !word.isEmpty()) {
            words.add(field.update() + "=" + word);
          }
        });
    if (words.isEmpty()) {
      throw Problem.bad("Nothing is said of the reservation " + name, where).raised();
    }
    boolean there =
        !name.isEmpty()
            && answer.text(Call.of("scontrol", "show", "reservation=" + name)).status() == 0;
    if (!name.isEmpty()) {
      words.add(0, "ReservationName=" + name);
    }
    if (there) {
      words.add(0, "update");
      answer.change(Call.of("scontrol", words));
      return name;
    }
    words.addAll(0, List.of("create", "reservation"));
    String said = answer.change(Call.of("scontrol", words)).text().strip();
    return said.startsWith(MADE) ? said.substring(MADE.length()) : name;
  }
}
