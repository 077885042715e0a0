package org.headrace.rest.internal;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who asks: by a token, or at a UNIX socket by the kernel. What a client says of itself
 * without one of them counts for nothing.
 */
final class Authentication {
  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
  private static final String USER = "X-SLURM-USER-NAME";
  private static final String TOKEN = "X-SLURM-USER-TOKEN";
  private static final String BEARER = "Bearer ";

  private final Callers callers;
  private final Tokens tokens;
  private final String slurmUser;
  private final Clock clock;

  /**
   * @param tokens null where no token is believed
   * @param slurmUser who may, like root, speak for any user
   */
  Authentication(Callers callers, Tokens tokens, String slurmUser, Clock clock) {
    this.callers = callers;
    this.tokens = tokens;
    this.slurmUser = slurmUser;
    this.clock = clock;
  }

  /**
   * Who asks.
   *
   * @param proof what the connection itself can prove, and whether tokens count
   * @throws Problem.Raised if nobody can tell; why is for the log alone
   */
  Caller caller(HttpFields headers, Proof proof) throws Problem.Raised {
    try {
      String token = token(headers);
      Caller proven;
      if (token != null && proof.tokens()) {
        proven = byToken(token);
      } else if (token != null) {
        throw new IOException("tokens don't count here");
      } else if (proof.kernel() != null) {
        proven = proof.kernel().caller();
      } else {
        throw new IOException("it has no token");
      }
      String claimed = single(headers, USER);
      if (claimed == null || claimed.equals(proven.user())) {
        return proven;
      }
      return inPlaceOf(claimed, proven);
    } catch (IOException | TokenException e) {
      LOG.debug("A request is refused: {}", e.getMessage());
      throw Problem.of(
              Problem.UNAUTHORIZED,
              "Authentication failure",
              "Say who you are: by a token (scontrol token) in the header "
                  + TOKEN
                  + ", or at the UNIX socket")
          .raised();
    }
  }

  private Caller byToken(String token) throws TokenException, IOException {
    if (tokens == null) {
      throw new TokenException("tokens count only with AuthAltTypes=auth/jwt and a key");
    }
    String user = tokens.user(token, clock.instant());
    Caller caller = callers.named(user);
    if (caller == null) {
      throw new TokenException("its user " + user + " isn't known to this system");
    }
    return caller;
  }

  private Caller inPlaceOf(String claimed, Caller proven) throws IOException {
    if (!proven.isRoot() && !proven.user().equals(slurmUser)) {
      throw new IOException(proven.user() + " says to be " + claimed);
    }
    Caller caller = callers.named(claimed);
    if (caller == null) {
      throw new IOException("the user " + claimed + " isn't known to this system");
    }
    if (caller.isRoot() && !proven.isRoot()) {
      throw new IOException("only root acts as root, and " + proven.user() + " isn't");
    }
    return caller;
  }

  /** The token, whichever header has it; two different ones are none. */
  private static String token(HttpFields headers) throws IOException {
    String own = single(headers, TOKEN);
    String bearer = single(headers, "Authorization");
    if (bearer == null) {
      return own;
    }
    if (!bearer.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new IOException("Authorization has another scheme than Bearer");
    }
    String token = bearer.substring(BEARER.length()).strip();
    if (own != null && !own.equals(token)) {
      throw new IOException("it has two tokens");
    }
    return token;
  }

  private static String single(HttpFields headers, String name) throws IOException {
    List<String> values = headers.getValuesList(name);
    if (values.size() > 1) {
      throw new IOException("it has the header " + name + " more than once");
    }
    return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
  }
}
