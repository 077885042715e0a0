package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.rest.internal.Route.Parameter;
import org.headrace.rest.internal.Route.Work;

/** What can be asked of accounting, and of who may use the cluster. */
final class AccountingRoutes {
  private static final String ROOT = "/slurmdb/{version}/";

  private static final List<Parameter> ASSOCIATIONS =
      List.of(
          new Parameter("account", "accounts, by commas"),
          new Parameter("user", "users, by commas"),
          new Parameter("partition", "partitions, by commas"),
          new Parameter("parent", "accounts right above, by commas"),
          new Parameter("qos", "qualities of service, by commas"));

  private static final List<Parameter> KEYS =
      List.of(
          new Parameter("name", "keys, by commas"),
          new Parameter("user", "users, by commas"),
          new Parameter("cluster", "clusters, by commas"));

  private static final List<Parameter> REMOVED =
      List.of(
          new Parameter("account", "the account"),
          new Parameter("user", "the user; without it the account goes with all in it"),
          new Parameter("partition", "the partition"),
          new Parameter("cluster", "this cluster's name"));

  private final List<Route> all = new ArrayList<>();

  AccountingRoutes() {
    jobs();
    entities();
    associations();
    ofOneKind();
    whole();
  }

  List<Route> all() {
    return List.copyOf(all);
  }

  private void get(
      String path, String summary, Map<String, String> payload, List<Parameter> query, Work work) {
    all.add(new Route("GET", ROOT + path, summary, query, List.of(), payload, work));
  }

  private void post(
      String path, String summary, List<Field> body, Map<String, String> payload, Work work) {
    all.add(new Route("POST", ROOT + path, summary, List.of(), body, payload, work));
  }

  private void delete(
      String path, String summary, List<Parameter> query, String payload, Work work) {
    all.add(
        new Route(
            "DELETE",
            ROOT + path,
            summary,
            query,
            List.of(),
            Routes.payload(payload, "array"),
            work));
  }

  private static Field objects(String name, String description) {
    return new Field(name, Field.Kind.OBJECTS, "", "", description);
  }

  private static Field object(String name, String description) {
    return new Field(name, Field.Kind.OBJECT, "", "", description);
  }

  private void jobs() {
    get(
        "jobs",
        "Jobs that accounting knows",
        Routes.payload("jobs", "array"),
        AccountedJobs.QUERY,
        AccountedJobs::several);
    get(
        "job/{job_id}",
        "One job that accounting knows",
        Routes.payload("jobs", "array"),
        List.of(),
        AccountedJobs::one);
  }

  private void entities() {
    entity("account", "accounts", "account", "account_name");
    entity("user", "users", "user", "name");
    entity("qos", "qos", "qos", "qos");
    entity("cluster", "clusters", "cluster", "cluster_name");
    book("tres", "TRES", "tres", List.of());
    book("wckeys", "wckeys", "wckey", KEYS);
    post(
        "accounts",
        "Adds and changes accounts",
        List.of(objects("accounts", "what is named of each is changed")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).accounts());
    post(
        "users",
        "Adds and changes users",
        List.of(objects("users", "what is named of each is changed")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).users());
    post(
        "qos",
        "Adds and changes qualities of service",
        List.of(objects("qos", "what is named of each is changed")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).qualities());
    post(
        "clusters",
        "Makes sure that clusters are known; there is this one",
        List.of(objects("clusters", "their names")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).clusters());
    removal("account", "account", "account_name", "removed_accounts");
    removal("user", "user", "name", "removed_users");
    removal("qos", "qos", "qos", "removed_qos");
  }

  private void removal(String path, String entity, String parameter, String payload) {
    delete(
        path + "/{" + parameter + "}",
        "Removes one",
        List.of(),
        payload,
        BookRemovals.of(entity, parameter, payload));
  }

  private void associations() {
    book("associations", "associations", "association", ASSOCIATIONS);
    book("association", "associations", "association", ASSOCIATIONS);
    post(
        "associations",
        "Adds and changes places of users in accounts, and what holds for accounts",
        List.of(objects("associations", "what is named of each is changed")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).associations());
    for (String path : List.of("associations", "association")) {
      delete(
          path,
          "Removes places of users in accounts, or a whole account",
          REMOVED,
          "removed_associations",
          BookRemovals::associations);
    }
  }

  private void ofOneKind() {
    Field condition = object("association_condition", "which, and what holds for all of them");
    post(
        "accounts_association",
        "Adds accounts that have the same settings",
        List.of(condition, object("account", "description and organization")),
        Routes.payload("added_accounts", "string"),
        (ask, answer) -> new BookChanges(ask, answer).accountsOfOneKind());
    post(
        "users_association",
        "Adds users to accounts with the same settings",
        List.of(condition, object("user", "adminlevel and defaultaccount")),
        Routes.payload("added_users", "string"),
        (ask, answer) -> new BookChanges(ask, answer).usersOfOneKind());
  }

  private void whole() {
    get(
        "ping",
        "Whether accounting answers",
        Routes.payload("pings", "array"),
        List.of(),
        (ask, answer) -> answer.data(Call.of("sacctmgr", "--json", "ping")));
    get(
        "config",
        "All that accounting knows but jobs",
        Routes.payload(
            "clusters", "array",
            "tres", "array",
            "accounts", "array",
            "users", "array",
            "qos", "array",
            "associations", "array"),
        List.of(),
        (ask, answer) -> {
          for (String entity :
              List.of("cluster", "tres", "account", "user", "qos", "association")) {
            answer.data(Call.of("sacctmgr", "--json", "show", entity), Map.of("TRES", "tres"));
          }
        });
    post(
        "config",
        "Adds and changes all that is named",
        List.of(
            objects("clusters", "their names"),
            objects("qos", "qualities of service"),
            objects("accounts", "accounts"),
            objects("users", "users"),
            objects("associations", "places of users in accounts"),
            objects("tres", "accepted; slurm.conf names them")),
        Map.of(),
        (ask, answer) -> new BookChanges(ask, answer).all());
  }

  /** A list of what accounting knows, and one of it by name. */
  private void entity(String path, String payload, String entity, String parameter) {
    book(path.equals("qos") ? path : path + "s", payload, entity, List.of());
    get(
        path + "/{" + parameter + "}",
        "One of the " + payload,
        Routes.payload(payload, "array"),
        List.of(),
        (ask, answer) ->
            answer.data(
                Call.of(
                    "sacctmgr", "--json", "show", entity, "names=" + Routes.name(ask, parameter))));
  }

  private void book(String path, String payload, String entity, List<Parameter> query) {
    get(
        path,
        "All " + payload,
        Routes.payload(payload, "array"),
        query,
        (ask, answer) -> {
          List<String> words = new ArrayList<>(List.of("--json", "show", entity));
          for (Map.Entry<String, List<String>> one : ask.query().entrySet()) {
            if (query.stream().noneMatch(known -> known.name().equals(one.getKey()))) {
              answer.warn("Ignoring unknown or unsupported parameter " + one.getKey(), "query");
            } else if (!ask.query(one.getKey()).isEmpty()) {
              words.add(one.getKey() + "=" + Values.checked(ask.all(one.getKey()), one.getKey()));
            }
          }
          answer.data(Call.of("sacctmgr", words));
        });
  }
}
