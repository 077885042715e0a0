package org.headrace.authjwt.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.auth.TokenException;

/**
 * What {@code AuthAltParameters} says about tokens.
 *
 * @param secret file of the key that signs and believes, or null
 * @param publicKeys file of the keys that only believe (JWKS), or null
 * @param userClaim the claim that names the user; empty: {@code sun}, else {@code username}
 * @param slurmUser who may own the files beside root and the daemon's user; may be empty
 */
record AlternativeParameters(Path secret, Path publicKeys, String userClaim, String slurmUser) {
  private static final String USUAL_FILE = "jwt_hs256.key";

  static AlternativeParameters of(Map<String, String> settings) throws TokenException {
    Map<String, String> given = new LinkedHashMap<>();
    for (String part : settings.getOrDefault("AuthAltParameters", "").split(",")) {
      String[] words = part.strip().split("=", 2);
      given.put(words[0].toLowerCase(Locale.ROOT), words.length == 2 ? words[1].strip() : "");
    }
    Path secret = file(given, "jwt_key");
    Path publicKeys = file(given, "jwks");
    String state = settings.getOrDefault("StateSaveLocation", "");
    if (secret == null && publicKeys == null) {
      if (state.isEmpty()) {
        throw new TokenException(
            "AuthAltParameters names no key: write jwt_key=/path/of/the/key, or jwks=/path");
      }
      secret = Path.of(state, USUAL_FILE).toAbsolutePath();
    }
    return new AlternativeParameters(
        secret,
        publicKeys,
        given.getOrDefault("userclaimfield", ""),
        settings.getOrDefault("SlurmUser", ""));
  }

  private static Path file(Map<String, String> given, String key) throws TokenException {
    String name = given.get(key);
    if (name == null) {
      return null;
    }
    if (!name.startsWith("/")) {
      throw new TokenException(
          "AuthAltParameters: " + key + "=" + name + " is not the absolute path of a file");
    }
    return Path.of(name);
  }
}
