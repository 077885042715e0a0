package org.headrace.api.auth;

import java.time.Duration;
import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes tokens and believes them, by keys that were read. Safe for any thread. */
@ConsumerType
public interface Tokens {
  /**
   * A token for a user. Whether whoever asks may have it is the caller's to check.
   *
   * @param life how long it is believed
   * @throws TokenException if these keys can only be used to believe tokens
   */
  String issue(String user, Instant now, Duration life) throws TokenException;

  /**
   * The user whom a token names.
   *
   * @throws TokenException if it isn't to be believed: not signed by these keys, not yet or no more
   *     valid, or naming nobody. For the log; a stranger needs no reasons
   */
  String user(String token, Instant now) throws TokenException;
}
