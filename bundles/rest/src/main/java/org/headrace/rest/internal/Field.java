package org.headrace.rest.internal;

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
