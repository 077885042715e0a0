package org.headrace.rest.internal;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A field of a request's body, and the words of a command that say the same.
 *
 * @param name as clients know it
 * @param kind what its value may be
 * @param option option of {@code sbatch}, or empty where a submission can't say it
 * @param update key of {@code scontrol update job}, or empty where it can't be changed
 * @param description for the API's own document
 */
record Field(String name, Kind kind, String option, String update, String description) {
  /** Takes what a body says. */
  @FunctionalInterface
  interface Said {
    /**
     * @param value anything but null
     * @param place of the field in the request, for messages
     */
    void of(Field field, Object value, String place) throws Problem.Raised;
  }

  /**
   * Goes through a body; what isn't known is left out with a warning.
   *
   * @param where the body's place in the request, such as {@code #/job}
   */
  static void each(List<Field> fields, Map<?, ?> body, String where, Answer answer, Said said)
      throws Problem.Raised {
    for (Map.Entry<?, ?> one : body.entrySet()) {
      String place = where + "/" + one.getKey();
      Field field =
          fields.stream().filter(f -> f.name().equals(one.getKey())).findFirst().orElse(null);
      if (field == null) {
        answer.warn("Ignoring unknown or unsupported field " + one.getKey(), place);
      } else if (one.getValue() != null) {
        said.of(field, one.getValue(), place);
      }
    }
  }

  /** The word for a value, as commands read it here; null where it says nothing. */
  String word(Object value, String place) throws Problem.Raised {
    return Values.word(kind, value, place, ZoneId.systemDefault());
  }

  /** What values a field has. */
  enum Kind {
    /** Text; a number is taken for one. */
    TEXT("string", ""),
    /** A whole number, or an object with {@code set}, {@code infinite} and {@code number}. */
    NUMBER("integer", "int64"),
    /** The same, without limit as well. */
    MINUTES("integer", "int64"),
    /** A whole number of mebibytes. */
    MEBIBYTES("integer", "int64"),
    /** A point in time in epoch seconds. */
    TIME("integer", "int64"),
    /** True asks for it; false is the same as nothing. */
    FLAG("boolean", ""),
    /** True and false both say something. */
    CHOICE("boolean", ""),
    /** Texts, or one with commas. */
    TEXTS("array", ""),
    /** An object with fields of its own, which no word of a command stands for. */
    OBJECT("object", ""),
    /** Several of them. */
    OBJECTS("array", "");

    private final String type;
    private final String format;

    Kind(String type, String format) {
      this.type = type;
      this.format = format;
    }

    /** Its name in OpenAPI. */
    String type() {
      return type;
    }

    String format() {
      return format;
    }
  }
}
