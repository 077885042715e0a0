package org.headrace.commands.internal.submit;

import java.io.IOException;
import org.headrace.api.job.Owner;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Invocation;

/**
 * Whose a job is to be: the caller's, or that of whom root names by {@code --uid} and {@code
 * --gid}.
 */
final class OwnerChoice {
  private final Choices choices;
  private final Invocation invocation;

  private OwnerChoice(Choices choices, Invocation invocation) {
    this.choices = choices;
    this.invocation = invocation;
  }

  /**
   * The owner.
   *
   * @throws Refusal if the caller may not choose, or there is no such user or group
   */
  static Owner of(Choices choices, Invocation invocation) throws IOException {
    return new OwnerChoice(choices, invocation).owner();
  }

  private Owner owner() throws IOException {
    Caller caller = invocation.caller();
    Account user = new Account(caller.uid(), caller.user(), caller.gid());
    Account group = new Account(caller.gid(), caller.group(), caller.gid());
    if (choices.has("uid")) {
      user = chosen("uid", invocation.user(wish("uid")));
      group = invocation.group(Integer.toUnsignedString(user.gid()));
      if (group == null) {
        group = new Account(user.gid(), Integer.toUnsignedString(user.gid()), user.gid());
      }
    }
    if (choices.has("gid")) {
      group = chosen("gid", invocation.group(wish("gid")));
    }
    return new Owner(user.id(), group.id(), user.name(), group.name());
  }

  private String wish(String option) {
    if (!invocation.caller().isRoot()) {
      throw Refusal.error(
          choices.program().command(),
          Refusal.BAD_OPTION,
          "--" + option + " only permitted by root user");
    }
    return choices.text(option, "");
  }

  private Account chosen(String option, Account account) {
    if (account == null) {
      String kind = option.equals("uid") ? "user" : "group";
      throw Refusal.error(
          choices.program().command(),
          Refusal.BAD_OPTION,
          "Invalid --" + option + " specification",
          "--" + option + ": there is no " + kind + " " + Shown.text(choices.text(option, "")));
    }
    return account;
  }
}
