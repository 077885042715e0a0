package org.headrace.rest.internal;

import java.util.List;
import java.util.Locale;

/** What the words of a command's error mean for clients that look at numbers. */
final class KnownErrors {
  /** A text that Slurm's clients know, its number, and the status that goes with it. */
  private record Known(String text, int number, int status) {}

  /** What a command says that tries again; for a request it doesn't. */
  private static final String PATIENCE = "sleeping and retrying";

  private static final List<Known> ALL =
      List.of(
          new Known("Invalid job id specified", 2017, Problem.NOT_FOUND),
          new Known("Invalid node name specified", 2018, Problem.NOT_FOUND),
          new Known("Access/permission denied", 2002, Problem.FORBIDDEN),
          new Known("Access denied to requested reservation", 2052, Problem.FORBIDDEN),
          new Known("Invalid user id", 2010, Problem.FORBIDDEN),
          new Known("Permission denied", 2002, Problem.FORBIDDEN),
          new Known("Unable to contact slurm controller", 1800, Problem.UNAVAILABLE),
          new Known("Resource temporarily unavailable", 11, Problem.UNAVAILABLE),
          new Known("No space left on device", 28, Problem.UNAVAILABLE),
          new Known("Invalid partition name specified", 2000, Problem.BAD_REQUEST),
          new Known("Node count specification invalid", 2006, Problem.BAD_REQUEST),
          new Known(
              "Pathname of a file, directory or other parameter too long",
              2012,
              Problem.BAD_REQUEST),
          new Known("Requested node configuration is not available", 2014, Problem.BAD_REQUEST),
          new Known("Requested nodes are busy", 2016, Problem.CONFLICT),
          new Known("Job/step already completing or completed", 2021, Problem.CONFLICT),
          new Known("Job is pending execution", 2024, Problem.CONFLICT),
          new Known("Task count specification invalid", 2025, Problem.BAD_REQUEST),
          new Known("Invalid node state specified", 2028, Problem.BAD_REQUEST),
          new Known("Invalid feature specification", 2029, Problem.BAD_REQUEST),
          new Known("Requested operation is presently disabled", 2037, Problem.BAD_REQUEST),
          new Known("Job dependency problem", 2038, Problem.BAD_REQUEST),
          new Known("Invalid account or account/partition combination", 2045, Problem.BAD_REQUEST),
          new Known("Invalid license specification", 2048, Problem.BAD_REQUEST),
          new Known("Job violates accounting/QOS policy", 2050, Problem.FORBIDDEN),
          new Known("Requested time limit is invalid", 2051, Problem.BAD_REQUEST),
          new Known("Requested reservation is invalid", 2053, Problem.BAD_REQUEST),
          new Known("Invalid time specified", 2054, Problem.BAD_REQUEST),
          new Known("Invalid qos specification", 2066, Problem.BAD_REQUEST),
          new Known("Required partition not available", 2070, Problem.CONFLICT),
          new Known("Job is no longer pending execution", 2073, Problem.CONFLICT),
          new Known("Invalid job array specification", 2081, Problem.BAD_REQUEST),
          new Known(
              "Operation not permitted on individual component of heterogeneous job",
              2108,
              Problem.BAD_REQUEST),
          new Known("Invalid --nice value", 2123, Problem.BAD_REQUEST),
          new Known("Invalid preferred feature specification", 2133, Problem.BAD_REQUEST));

  /** What a command says of something that isn't there, by its kind. */
  private static final List<Known> MISSING =
      List.of(
          new Known("Node", 2018, Problem.NOT_FOUND),
          new Known("Partition", 2000, Problem.NOT_FOUND),
          new Known("Reservation", 2053, Problem.NOT_FOUND));

  private static final String MISSING_WORDS =
      "(?s).*( not found|nothing deleted|nothing modified)\\W*";

  private static final String INVALID_WORDS =
      "(?i).*\\b(invalid|not supported|unknown|doesn't exist|non-existent|need name|bad|can't be"
          + "|not allowed|can not|no tres)\\b.*";

  private KnownErrors() {}

  private static String name(int number) {
    return ALL.stream()
        .filter(known -> known.number() == number)
        .map(Known::text)
        .findFirst()
        .orElse("");
  }

  /**
   * The problem that a command's messages tell of.
   *
   * @param program which command
   * @param said its messages, without warnings
   */
  static Problem of(String program, List<String> said) {
    List<String> lines = said.stream().filter(line -> !line.contains(PATIENCE)).toList();
    for (String line : lines) {
      for (Known known : ALL) {
        if (line.contains(known.text())) {
          return new Problem(
              known.status(), known.number(), known.text(), words(program, lines), program);
        }
      }
    }
    for (String line : lines) {
      for (Known known : MISSING) {
        if (line.matches(known.text() + " .* not found")) {
          return new Problem(
              known.status(), known.number(), name(known.number()), words(program, lines), program);
        }
      }
    }
    boolean missing =
        lines.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).matches(MISSING_WORDS));
    String first = lines.isEmpty() ? "it said nothing" : words(program, lines.subList(0, 1));
    boolean invalid = lines.stream().anyMatch(line -> line.matches(INVALID_WORDS));
    int status = missing ? Problem.NOT_FOUND : invalid ? Problem.BAD_REQUEST : Problem.FAILED;
    return new Problem(status, Problem.UNSPECIFIED, first, words(program, lines), program);
  }

  /** Lines as sentences: without the program that said them. */
  static String words(String program, List<String> lines) {
    return String.join(
        "; ",
        lines.stream()
            .map(
                line ->
                    line.startsWith(program + ": ") ? line.substring(program.length() + 2) : line)
            .map(line -> line.replaceFirst("^(error|fatal|warning): ", ""))
            .distinct()
            .toList());
  }
}
