package org.headrace.api.auth;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Reads the keys by which tokens are made and believed. Safe for any thread. */
@ConsumerType
public interface TokenAuthority {
  /**
   * Reads keys.
   *
   * @param settings settings by the names of the configuration; {@code AuthAltParameters} says
   *     where the keys are
   * @return what these keys can do; later changes of the files don't count for it
   * @throws TokenException if there is no usable key; the message says what is expected where
   */
  Tokens open(Map<String, String> settings) throws TokenException;
}
