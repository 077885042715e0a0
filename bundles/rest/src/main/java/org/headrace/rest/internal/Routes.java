package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.rest.internal.Route.Parameter;
import org.headrace.rest.internal.Route.Work;

/** All that can be asked for, in the order of the document. */
final class Routes {
  /** Versions whose clients are served; they all get the same fields. */
  static final List<String> VERSIONS =
      List.of("v0.0.40", "v0.0.41", "v0.0.42", "v0.0.43", "v0.0.44", "v0.0.45");

  private static final Parameter UPDATE_TIME =
      new Parameter("update_time", "accepted; the answer is always whole");
  private static final Parameter FLAGS = new Parameter("flags", "accepted; all is always shown");

  private final List<Route> all = new ArrayList<>();

  Routes() {
    controller();
    jobs();
    nodes();
    hosts();
    all.addAll(new AccountingRoutes().all());
  }

  List<Route> all() {
    return List.copyOf(all);
  }

  private void add(Route route) {
    all.add(route);
  }

  private void get(
      String path, String summary, Map<String, String> payload, List<Parameter> query, Work work) {
    add(new Route("GET", path, summary, query, List.of(), payload, work));
  }

  private void post(
      String path, String summary, List<Field> body, Map<String, String> payload, Work work) {
    add(new Route("POST", path, summary, List.of(), body, payload, work));
  }

  /** A list that {@code scontrol show} has. */
  private void list(String path, String name, String summary, String... arguments) {
    List<String> words = new ArrayList<>(List.of("--json", "--all", "show"));
    words.addAll(List.of(arguments));
    get(
        path,
        summary,
        payload(name, "array", "last_update", "object"),
        List.of(UPDATE_TIME, FLAGS),
        (ask, answer) -> answer.data(Call.of("scontrol", words)));
  }

  static Map<String, String> payload(String... namesAndKinds) {
    Map<String, String> payload = new LinkedHashMap<>();
    for (int i = 0; i < namesAndKinds.length; i += 2) {
      payload.put(namesAndKinds[i], namesAndKinds[i + 1]);
    }
    return payload;
  }

  private void controller() {
    get(
        "/slurm/{version}/ping",
        "Which controllers are there",
        payload("pings", "array"),
        List.of(),
        (ask, answer) -> answer.data(Call.of("scontrol", "--json", "ping")));
    get(
        "/slurm/{version}/diag",
        "Figures about the controller",
        payload("statistics", "object"),
        List.of(),
        (ask, answer) -> answer.data(Call.of("sdiag", "--json")));
    get(
        "/slurm/{version}/shares",
        "Shares of accounts and users, and what they have used",
        payload("shares", "object"),
        List.of(
            new Parameter("accounts", "accounts, by commas"),
            new Parameter("users", "users, by commas; without it all")),
        Routes::shares);
    list("/slurm/{version}/licenses", "licenses", "Licences and their use", "licenses");
    list("/slurm/{version}/reservations", "reservations", "All reservations", "reservations");
    get(
        "/slurm/{version}/reservation/{reservation_name}",
        "One reservation",
        payload("reservations", "array", "last_update", "object"),
        List.of(UPDATE_TIME, FLAGS),
        (ask, answer) ->
            answer.data(
                Call.of(
                    "scontrol", "--json", "show", "reservation=" + name(ask, "reservation_name"))));
    post(
        "/slurm/{version}/reservation",
        "Makes a reservation, or changes the one of that name",
        ReservationChanges.FIELDS,
        payload("reservation_name", "string"),
        ReservationChanges::one);
    post(
        "/slurm/{version}/reservations",
        "Makes and changes reservations",
        List.of(new Field("reservations", Field.Kind.OBJECTS, "", "", "each as a single one")),
        payload("reservations", "array"),
        ReservationChanges::several);
    add(
        new Route(
            "DELETE",
            "/slurm/{version}/reservation/{reservation_name}",
            "Removes a reservation",
            List.of(),
            List.of(),
            payload(),
            ReservationChanges::remove));
    get(
        "/slurm/{version}/reconfigure",
        "Has the configuration read again",
        payload(),
        List.of(),
        (ask, answer) -> answer.change(Call.of("scontrol", "reconfigure")));
    list("/slurm/{version}/partitions", "partitions", "All partitions", "partitions");
    post(
        "/slurm/{version}/partitions",
        "Changes partitions",
        List.of(
            new Field(
                "partitions", Field.Kind.OBJECTS, "", "", "what is named of each is changed")),
        payload(),
        PartitionChanges::several);
    get(
        "/slurm/{version}/partition/{partition_name}",
        "One partition",
        payload("partitions", "array", "last_update", "object"),
        List.of(UPDATE_TIME, FLAGS),
        (ask, answer) ->
            answer.data(
                Call.of(
                    "scontrol",
                    "--json",
                    "--all",
                    "show",
                    "partition=" + name(ask, "partition_name"))));
  }

  private void hosts() {
    post(
        "/util/{version}/hostnames",
        "The names that ranges of names stand for",
        List.of(HostNames.RANGES),
        payload("hostnames", "array"),
        HostNames::expand);
    post(
        "/util/{version}/hostlist",
        "Ranges of names for names",
        List.of(HostNames.NAMES),
        payload("hostlist", "string"),
        HostNames::compress);
  }

  private static void shares(Ask ask, Answer answer) throws Exception {
    List<String> words = new ArrayList<>(List.of("--json"));
    for (String name : List.of("accounts", "users")) {
      String value = Values.checked(ask.all(name), name);
      if (!value.isEmpty()) {
        words.add("--" + name + "=" + value);
      } else if (name.equals("users")) {
        words.add("--all");
      }
    }
    answer.data(Call.of("sshare", words));
  }

  private void jobs() {
    list("/slurm/{version}/jobs", "jobs", "All jobs", "jobs");
    add(
        new Route(
            "DELETE",
            "/slurm/{version}/jobs",
            "Cancels or signals jobs",
            List.of(),
            JobSignals.FIELDS,
            payload("status", "array"),
            (ask, answer) -> new JobSignals(ask, answer).several()));
    get(
        "/slurm/{version}/jobs/state",
        "States of jobs, and nothing else of them",
        payload("jobs", "array"),
        List.of(new Parameter("job_id", "ids, separated by commas")),
        JobStates::run);
    add(
        new Route(
            "POST",
            "/slurm/{version}/job/submit",
            "Submits a batch job",
            List.of(),
            JobFields.submitted(),
            payload(
                "result", "object",
                "job_id", "integer",
                "step_id", "string",
                "job_submit_user_msg", "string"),
            (ask, answer) -> new JobSubmission(ask, answer).run()));
    get(
        "/slurm/{version}/job/{job_id}",
        "One job, or the tasks of an array",
        payload("jobs", "array", "last_update", "object"),
        List.of(UPDATE_TIME, FLAGS),
        (ask, answer) ->
            answer.data(
                Call.of("scontrol", "--json", "--all", "show", "job=" + JobSignals.id(ask))));
    get(
        "/slurm/{version}/resources/{job_id}",
        "Which cores, memory and devices a job has on each of its nodes",
        payload("nodes", "array"),
        List.of(),
        (ask, answer) ->
            answer.data(
                Call.of("scontrol", "--json", "--all", "show", "resources=" + JobSignals.id(ask))));
    get(
        "/slurm/{version}/job/{job_id}/requeue",
        "Has a job run again",
        payload(),
        List.of(),
        (ask, answer) -> answer.change(Call.of("scontrol", "requeue", JobSignals.id(ask))));
    post(
        "/slurm/{version}/jobs/requeue",
        "Has jobs run again",
        List.of(new Field("jobs", Field.Kind.TEXTS, "*", "", "ids of jobs")),
        payload("status", "array"),
        (ask, answer) -> new JobSignals(ask, answer).requeued());
    get(
        "/slurm/{version}/job/{job_id}/explain",
        "Why a job waits, when it may start, and what would make it start sooner",
        payload("explanations", "array"),
        List.of(),
        (ask, answer) -> answer.data(Call.of("swhy", "--json", JobSignals.id(ask))));
    add(
        new Route(
            "POST",
            "/slurm/{version}/job/{job_id}",
            "Changes a job",
            List.of(),
            JobFields.updated(),
            payload("results", "array"),
            JobChanges::run));
    add(
        new Route(
            "DELETE",
            "/slurm/{version}/job/{job_id}",
            "Cancels or signals a job",
            List.of(
                new Parameter("signal", "name or number; without it the job is cancelled"),
                new Parameter("flags", "BATCH_JOB, FULL_JOB or HURRY")),
            List.of(),
            payload("status", "array"),
            (ask, answer) -> new JobSignals(ask, answer).one()));
  }

  private void nodes() {
    list("/slurm/{version}/nodes", "nodes", "All nodes", "nodes");
    get(
        "/slurm/{version}/node/{node_name}",
        "One node",
        payload("nodes", "array", "last_update", "object"),
        List.of(UPDATE_TIME, FLAGS),
        (ask, answer) ->
            answer.data(
                Call.of("scontrol", "--json", "--all", "show", "node=" + name(ask, "node_name"))));
    add(
        new Route(
            "POST",
            "/slurm/{version}/node/{node_name}",
            "Changes a node: drains or resumes it, for example",
            List.of(),
            NodeChanges.FIELDS,
            payload(),
            NodeChanges::one));
    post(
        "/slurm/{version}/nodes",
        "Changes several nodes alike",
        NodeChanges.OF_SEVERAL,
        payload(),
        NodeChanges::several);
  }

  /** The value of a path's parameter that is a name. */
  static String name(Ask ask, String parameter) throws Problem.Raised {
    String name = ask.path().get(parameter);
    if (name.isEmpty() || name.startsWith("-") || name.chars().anyMatch(c -> c <= ' ')) {
      throw Problem.bad("'" + name + "' is no name", parameter).raised();
    }
    return name;
  }
}
