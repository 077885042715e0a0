package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;

/** Removes accounts, users, qualities of service and associations. */
final class BookRemovals {
  private BookRemovals() {}

  /**
   * Removes one by its name.
   *
   * @param parameter of the path, that has the name
   * @param payload of the answer, that has what is gone
   */
  static Route.Work of(String entity, String parameter, String payload) {
    return (ask, answer) -> {
      String name = Book.name(ask.path().get(parameter), parameter);
      new Book(answer).change("delete", entity, "name=" + name);
      gone(answer, payload, List.of(name));
    };
  }

  /** Removes what the query chooses: users' places in accounts, or accounts with all in them. */
  static void associations(Ask ask, Answer answer) throws Exception {
    Book book = new Book(answer);
    String account = Book.optional(ask.all("account"), "account");
    String user = Book.optional(ask.all("user"), "user");
    String partition = Book.optional(ask.all("partition"), "partition");
    book.ours(ask.all("cluster"), "cluster");
    if (account.isEmpty()) {
      throw Problem.bad("Name an account, and a user if it isn't all of it: ?account=A&user=U", "")
          .raised();
    }
    List<String> conditions = new ArrayList<>(List.of("accounts=" + account));
    if (!user.isEmpty()) {
      conditions.add("users=" + user);
    }
    if (!partition.isEmpty()) {
      conditions.add("partitions=" + partition);
    }
    List<String> names = new ArrayList<>();
    for (String[] row :
        book.rows("association", "Account,User,Partition", conditions.toArray(String[]::new))) {
      String of = "C = " + answer.cluster() + " A = " + row[0];
      String who = row[1].isEmpty() ? "" : " U = " + row[1];
      names.add(of + who + (row[2].isEmpty() ? "" : " P = " + row[2]));
    }
    if (user.isEmpty() && partition.isEmpty()) {
      book.change("delete", "account", "name=" + account);
    } else {
      List<String> words = new ArrayList<>(List.of("delete", "user", "account=" + account));
      words.addAll(user.isEmpty() ? List.of() : List.of("name=" + user));
      words.addAll(partition.isEmpty() ? List.of() : List.of("partition=" + partition));
      book.change(words);
    }
    gone(answer, "removed_associations", names);
  }

  private static void gone(Answer answer, String payload, List<String> names) throws Exception {
    answer.fields(
        out -> {
          out.writeArrayFieldStart(payload);
          for (String name : names) {
            out.writeString(name);
          }
          out.writeEndArray();
        });
  }
}
