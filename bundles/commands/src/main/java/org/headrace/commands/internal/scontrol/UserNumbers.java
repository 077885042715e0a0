package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.headrace.commands.internal.format.Printable;
import org.headrace.control.front.Account;
import org.headrace.control.front.Invocation;

/** The numbers that the system has for users; each is asked for once. */
final class UserNumbers {
  private final Invocation invocation;
  private final Map<String, String> known = new HashMap<>();

  UserNumbers(Invocation invocation) {
    this.invocation = invocation;
  }

  /** The number, or the empty string for a user that the system doesn't know. */
  private String number(String user) {
    return known.computeIfAbsent(user, this::ask);
  }

  private String ask(String user) {
    try {
      Account account = invocation.user(user);
      return account == null ? "" : Integer.toUnsignedString(account.id());
    } catch (IOException e) {
      return ""; // names alone still tell who is meant
    }
  }

  /** The number, or the name of a user that has none. */
  String numberOrName(String user) {
    String number = number(user);
    return number.isEmpty() ? Printable.of(user) : number;
  }

  /** The name with the number, if there is one. */
  String named(String user) {
    String number = number(user);
    return Printable.of(user) + (number.isEmpty() ? "" : "(" + number + ")");
  }
}
