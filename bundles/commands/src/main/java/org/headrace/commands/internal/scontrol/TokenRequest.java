package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.auth.TokenException;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;

/** {@code scontrol token}: by what a user says who it is where the kernel can't. */
final class TokenRequest {
  private static final long USUAL_SECONDS = 1800;
  private static final long MOST_SECONDS = Integer.MAX_VALUE;

  private final Session session;
  private final Map<String, String> settings;
  private long seconds = USUAL_SECONDS;
  private String user;

  TokenRequest(Session session) {
    this.session = session;
    settings = session.snapshot().definition().settings();
    user = session.invocation.caller().user();
  }

  void run(List<String> words) {
    for (String word : words) {
      String key = word.toLowerCase(Locale.ROOT);
      String value = word.substring(word.indexOf('=') + 1);
      if (key.startsWith("lifespan=")) {
        if (!value.matches("\\d{1,10}") || Long.parseLong(value) > MOST_SECONDS) {
          session.error("Invalid lifespan: " + value + "; write seconds, up to " + MOST_SECONDS);
          return;
        }
        seconds = value.matches("0+") ? USUAL_SECONDS : Long.parseLong(value);
      } else if (key.startsWith("username=")) {
        user = value;
      } else {
        session.error("Invalid option: `" + word + "`");
        return;
      }
    }
    String refused = refusal();
    if (refused == null) {
      try {
        session
            .out()
            .println(
                "SLURM_JWT="
                    + session
                        .tokens
                        .open(settings)
                        .issue(user, session.clock.instant(), Duration.ofSeconds(seconds)));
        return;
      } catch (TokenException e) {
        refused = e.getMessage();
      }
    }
    session.error("Error fetching token");
    session.error("scontrol: error: " + refused);
  }

  /** Why this caller doesn't get that token, or null. */
  private String refusal() {
    if (session.tokens == null || !listed("AuthAltTypes", "auth/jwt")) {
      return "Tokens need AuthAltTypes=auth/jwt, which is not there; the kernel says who calls";
    }
    if (user.isEmpty()) {
      return "username= names nobody";
    }
    if (!session.invocation.caller().isRoot() && root()) {
      return "Only root gets a token for root";
    }
    if (trusted()) {
      return null;
    }
    if (!user.equals(session.invocation.caller().user())) {
      return "Only root and SlurmUser get tokens for others";
    }
    if (listed("AuthAltParameters", "disable_token_creation")) {
      return "Token creation is disabled for users (AuthAltParameters=disable_token_creation)";
    }
    long most = longest();
    return seconds <= most
        ? null
        : "A token lasts at most "
            + most
            + " seconds (AuthAltParameters=max_token_lifespan): lifespan="
            + most;
  }

  /** Whether the user is root, under whatever name; what can't be looked up counts as such. */
  private boolean root() {
    try {
      Account account = session.invocation.user(user);
      return account != null && account.id() == 0;
    } catch (IOException e) {
      return true;
    }
  }

  private boolean trusted() {
    Caller caller = session.invocation.caller();
    String slurmUser = settings.getOrDefault("SlurmUser", "root");
    return caller.isRoot()
        || slurmUser.equals(caller.user())
        || slurmUser.equals(Integer.toUnsignedString(caller.uid()));
  }

  private boolean listed(String key, String word) {
    return session.snapshot().definition().hasWord(key, word);
  }

  private long longest() {
    for (String part : settings.getOrDefault("AuthAltParameters", "").split(",")) {
      String[] words = part.strip().split("=", 2);
      if (words[0].equalsIgnoreCase("max_token_lifespan")
          && words.length == 2
          && words[1].matches("\\d{1,10}")) {
        return Long.parseLong(words[1]);
      }
    }
    return MOST_SECONDS;
  }
}
