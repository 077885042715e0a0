package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Adds and changes accounts, users, associations and qualities of service: what is there already is
 * changed, as clients of Slurm's API expect it. Each is a call of its own, one after the other; the
 * first that fails ends the request.
 */
final class BookChanges {
  private final Ask ask;
  private final Answer answer;
  private final Book book;

  BookChanges(Ask ask, Answer answer) {
    this.ask = ask;
    this.answer = answer;
    book = new Book(answer);
  }

  void accounts() throws Exception {
    accounts(needed("accounts"));
  }

  void users() throws Exception {
    users(needed("users"));
  }

  void qualities() throws Exception {
    qualities(needed("qos"));
  }

  void associations() throws Exception {
    associations(needed("associations"));
  }

  void clusters() throws Exception {
    clusters(needed("clusters"));
  }

  /** All of it, in the order in which one needs the other; TRES are those of slurm.conf. */
  void all() throws Exception {
    clusters(Book.objects(ask.body(), "clusters"));
    qualities(Book.objects(ask.body(), "qos"));
    accounts(Book.objects(ask.body(), "accounts"));
    users(Book.objects(ask.body(), "users"));
    associations(Book.objects(ask.body(), "associations"));
  }

  private List<Map<?, ?>> needed(String name) throws Problem.Raised {
    List<Map<?, ?>> objects = Book.objects(ask.body(), name);
    if (objects.isEmpty()) {
      throw Problem.bad("The body has no " + name + ": write {\"" + name + "\": [{...}]}", "body")
          .raised();
    }
    return objects;
  }

  private void clusters(List<Map<?, ?>> clusters) throws Exception {
    for (Map<?, ?> one : clusters) {
      book.ours(Book.name(one.get("name"), "#/clusters/name"), "#/clusters/name");
      book.ensure("show", "cluster"); // It is there; who may not see it, hears so.
    }
  }

  private void accounts(List<Map<?, ?>> accounts) throws Exception {
    for (Map<?, ?> one : accounts) {
      String name = Book.name(one.get("name"), "#/accounts/name");
      put("account", name, BookFields.ACCOUNT.terms(one, "#/accounts"));
      for (String user : references(one, "#/accounts")) {
        book.ensure("add", "coordinator", "accounts=" + name, "names=" + user);
      }
    }
  }

  /** Names of those in {@code coordinators}. */
  private static List<String> references(Map<?, ?> object, String where) throws Problem.Raised {
    List<String> names = new ArrayList<>();
    Object value = object.get("coordinators");
    for (Object one : value instanceof List<?> list ? list : List.of()) {
      Object name = one instanceof Map<?, ?> map ? map.get("name") : one;
      names.add(Book.name(name, where + "/coordinators"));
    }
    return names;
  }

  private void put(String entity, String name, List<String> terms) throws Exception {
    put(book.has(entity, name), entity, List.of("name=" + name), terms);
  }

  /**
   * Adds something, or changes what there is of it.
   *
   * @param place by which it is known
   */
  private void put(boolean there, String entity, List<String> place, List<String> terms)
      throws Exception {
    if (there && terms.isEmpty()) {
      return;
    }
    List<String> words = new ArrayList<>();
    words.addAll(there ? List.of("modify", entity, "where") : List.of("add", entity));
    words.addAll(place);
    words.addAll(there ? List.of("set") : List.of());
    words.addAll(terms);
    book.change(words);
  }

  private void users(List<Map<?, ?>> users) throws Exception {
    for (Map<?, ?> one : users) {
      String name = Book.name(one.get("name"), "#/users/name");
      user(name, BookFields.USER.terms(one, "#/users"));
      for (String account : references(one, "#/users")) {
        book.ensure("add", "coordinator", "accounts=" + account, "names=" + name);
      }
    }
  }

  /** A new user needs no account yet: associations may follow. */
  private void user(String name, List<String> terms) throws Exception {
    List<String> given = new ArrayList<>(terms);
    given.removeIf(term -> term.equals("defaultaccount=") || term.equals("adminlevel="));
    boolean there = book.has("user", name);
    if (!there && given.stream().noneMatch(term -> term.startsWith("defaultaccount="))) {
      given.add("withoutassoc");
    }
    put(there, "user", List.of("name=" + name), given);
  }

  private void qualities(List<Map<?, ?>> qualities) throws Exception {
    for (Map<?, ?> one : qualities) {
      String name = Book.name(one.get("name"), "#/qos/name");
      List<String> terms = BookFields.QOS.terms(one, "#/qos");
      terms.replaceAll(QosFlagNames::toSacctmgr);
      terms.replaceAll(term -> term.equals("preemptmode=DISABLED") ? "preemptmode=cluster" : term);
      terms.removeIf(term -> term.equals("preemptmode="));
      put("qos", name, terms);
    }
  }

  private void associations(List<Map<?, ?>> associations) throws Exception {
    for (Map<?, ?> one : associations) {
      String where = "#/associations";
      book.ours(one.get("cluster"), where + "/cluster");
      String account = Book.name(one.get("account"), where + "/account");
      String user = Book.optional(one.get("user"), where + "/user");
      String partition = Book.optional(one.get("partition"), where + "/partition");
      List<String> terms = BookFields.ASSOCIATION.terms(one, where);
      if (user.isEmpty()) {
        String parent = Book.optional(one.get("parent_account"), where + "/parent_account");
        if (!parent.isEmpty() && !account.equals("root")) {
          terms.add("parent=" + parent);
        }
        put("account", account, terms);
        continue;
      }
      association(account, user, partition, terms);
      if (Boolean.TRUE.equals(one.get("is_default"))) {
        book.change("modify", "user", "where", "name=" + user, "set", "defaultaccount=" + account);
      }
    }
  }

  private void association(String account, String user, String partition, List<String> terms)
      throws Exception {
    List<String> place = List.of("name=" + user, "account=" + account, "partition=" + partition);
    String[] conditions = {"accounts=" + account, "users=" + user};
    boolean there =
        book.rows("association", "Partition", conditions).stream()
            .anyMatch(row -> row[0].equals(partition));
    put(there, "user", place, terms);
  }

  /** Many accounts of one kind at once. */
  void accountsOfOneKind() throws Exception {
    Map<?, ?> condition = object("association_condition");
    String where = "#/association_condition";
    List<String> names = Book.names(condition.get("accounts"), where + "/accounts");
    List<String> terms = pattern(condition, where);
    terms.addAll(BookFields.ACCOUNT.terms(object("account"), "#/account"));
    List<String> added = new ArrayList<>();
    for (String name : names) {
      boolean there = book.has("account", name);
      if (!there) {
        added.add(name);
      }
      put(there, "account", List.of("name=" + name), terms);
    }
    said("added_accounts", added);
  }

  /** Many users in many accounts at once. */
  void usersOfOneKind() throws Exception {
    Map<?, ?> condition = object("association_condition");
    String where = "#/association_condition";
    List<String> users = Book.names(condition.get("users"), where + "/users");
    List<String> accounts = Book.names(condition.get("accounts"), where + "/accounts");
    Object some = condition.get("partitions");
    List<String> partitions =
        some == null || some.equals(List.of()) ? List.of("") : Book.names(some, where);
    List<String> terms = pattern(condition, where);
    Map<?, ?> user = object("user");
    String level = String.join("", Values.texts(orEmpty(user.get("adminlevel")), "#/user"));
    String account = Book.optional(user.get("defaultaccount"), "#/user/defaultaccount");
    List<String> added = new ArrayList<>();
    for (String name : users) {
      if (!book.has("user", name)) {
        added.add(name);
      }
      for (String one : accounts) {
        for (String partition : partitions) {
          association(one, name, partition, terms);
        }
      }
      if (!level.isEmpty()) {
        book.change("modify", "user", "where", "name=" + name, "set", "adminlevel=" + level);
      }
      if (!account.isEmpty()) {
        book.change("modify", "user", "where", "name=" + name, "set", "defaultaccount=" + account);
      }
    }
    said("added_users", added);
  }

  private List<String> pattern(Map<?, ?> condition, String where) throws Problem.Raised {
    Object clusters = condition.get("clusters");
    for (Object cluster : clusters instanceof List<?> list ? list : List.of()) {
      book.ours(cluster, where + "/clusters");
    }
    return condition.get("association") instanceof Map<?, ?> pattern
        ? BookFields.PATTERN.terms(pattern, where + "/association")
        : new ArrayList<>();
  }

  private static Object orEmpty(Object value) {
    return value == null ? "" : value;
  }

  private Map<?, ?> object(String name) throws Problem.Raised {
    Object value = ask.body().get(name);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw Problem.bad("#/" + name + " is no object", "#/" + name).raised();
  }

  private void said(String field, List<String> names) throws Exception {
    answer.fields(out -> out.writeStringField(field, String.join(",", names)));
  }
}
