package org.headrace.rest.internal;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.headrace.control.front.Callers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests, wherever they came from. */
final class Desk {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

  private final List<Route> routes = new Routes().all();
  private final Programs programs;
  private final Callers callers;
  private final Supplier<Authentication> authentication;
  private final Supplier<Release> release;

  /**
   * @param authentication asked for each request: its keys change while the API is there
   * @param release asked for each answer: the commands that say it may come later than this
   */
  Desk(
      Programs programs,
      Callers callers,
      Supplier<Authentication> authentication,
      Supplier<Release> release) {
    this.programs = programs;
    this.callers = callers;
    this.authentication = authentication;
    this.release = release;
  }

  List<Route> routes() {
    return routes;
  }

  Callers callers() {
    return callers;
  }

  Authentication authentication() {
    return authentication.get();
  }

  /** The API's own description, in OpenAPI's form. */
  String document() {
    return new ApiDocument(routes, release.get()).text();
  }

  /** Whether commands are there, and so the controller leads. */
  boolean ready() {
    return programs.has("squeue");
  }

  /** Does what a route does, and sends its answer. */
  void answer(Ask ask, Route route, DeferredOutput out) throws IOException {
    Answer answer = new Answer(ask, programs, callers, release.get(), out);
    try {
      route.work().run(ask, answer);
    } catch (Problem.Raised e) {
      failed(answer, e.problem(), route, out);
    } catch (Exception e) {
      if (out.committed()) {
        throw e instanceof IOException io ? io : new IOException(e);
      }
      LOG.warn("{} {} failed", route.method(), route.path(), e);
      failed(
          answer,
          Problem.of(Problem.FAILED, "Unspecified error", String.valueOf(e.getMessage())),
          route,
          out);
    }
    answer.finish();
  }

  private static void failed(Answer answer, Problem problem, Route route, DeferredOutput out)
      throws IOException {
    if (out.committed()) {
      throw new IOException(problem.description()); // Too late for another answer.
    }
    answer.fail(problem, route.arrays());
  }
}
