package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.util.ArrayList;
import java.util.List;

/** Turns names of hosts into ranges of names, and back, by {@code scontrol}. */
final class HostNames {
  static final Field RANGES = new Field("hostlist", Field.Kind.TEXT, "", "", "such as n[1-3],m1");
  static final Field NAMES = new Field("hostnames", Field.Kind.TEXTS, "", "", "one by one");

  private HostNames() {}

  /** The names that ranges stand for. */
  static void expand(Ask ask, Answer answer) throws Exception {
    Object given = ask.body().get(RANGES.name());
    String ranges = given == null ? "" : RANGES.word(given, "#/hostlist");
    checked(ranges, "", "#/hostlist");
    answer.fields(out -> out.writeArrayFieldStart(NAMES.name()));
    answer.lines(
        Call.of("scontrol", "show", "hostnames", ranges),
        name -> answer.fields(out -> out.writeString(name)));
    answer.fields(JsonGenerator::writeEndArray);
  }

  /** The ranges for names. */
  static void compress(Ask ask, Answer answer) throws Exception {
    Object given = ask.body().get(NAMES.name());
    List<String> names = new ArrayList<>();
    for (String name : given == null ? List.of("") : Values.texts(given, "#/hostnames")) {
      names.add(checked(name, ",/", "#/hostnames"));
    }
    if (names.isEmpty()) {
      answer.fields(out -> out.writeStringField(RANGES.name(), ""));
      return;
    }
    String ranges =
        answer
            .change(Call.of("scontrol", "show", "hostlist", String.join(",", names)))
            .text()
            .strip();
    answer.fields(out -> out.writeStringField(RANGES.name(), ranges));
  }

  /** What would be an option, or nothing at all, is no name; nor is what has one of those signs. */
  private static String checked(String text, String signs, String where) throws Problem.Raised {
    boolean odd = text.chars().anyMatch(c -> c <= ' ' || c == 0x7f || signs.indexOf(c) >= 0);
    if (text.isEmpty() || text.startsWith("-") || odd) {
      throw Problem.bad(where + ": '" + text + "' names no hosts", where).raised();
    }
    return text;
  }
}
