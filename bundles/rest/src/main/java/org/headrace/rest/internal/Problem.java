package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * Why a request failed, for its answer.
 *
 * @param status of HTTP
 * @param number Slurm's number of the error, or {@link #UNSPECIFIED}
 * @param error its name in a few words, as Slurm says it
 * @param description what was wrong, and what would be right
 * @param source where in the request, or which command said so
 */
record Problem(int status, int number, String error, String description, String source) {
  static final int UNSPECIFIED = -1;
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int NOT_ACCEPTABLE = 406;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int FAILED = 500;
  static final int UNAVAILABLE = 503;

  /** A request that can't be understood. */
  static Problem bad(String description, String source) {
    return new Problem(BAD_REQUEST, UNSPECIFIED, "Invalid request", description, source);
  }

  /** The same with another status. */
  Problem with(int other) {
    return new Problem(other, number, error, description, source);
  }

  static Problem of(int status, String error, String description) {
    return new Problem(status, UNSPECIFIED, error, description, "");
  }

  void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("description", description);
    out.writeNumberField("error_number", number);
    out.writeStringField("error", error);
    out.writeStringField("source", source);
    out.writeEndObject();
  }

  /** Ends the work on a request. */
  static final class Raised extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Raised(Problem problem) {
      super(problem.description(), null, false, false);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  Raised raised() {
    return new Raised(this);
  }
}
