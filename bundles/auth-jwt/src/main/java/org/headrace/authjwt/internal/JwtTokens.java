package org.headrace.authjwt.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;

/**
 * JSON Web Tokens: HS256 with the cluster's secret, RS256 with the public keys of a service that
 * signs elsewhere. Which of them a token may use follows from the keys that are there, never from
 * the token alone.
 */
final class JwtTokens implements Tokens {
  private static final int LONGEST = 16 * 1024;

  private final byte[] secret;
  private final JWKSet keys;
  private final String userClaim;

  /**
   * @param secret null where tokens are only signed elsewhere
   * @param keys public keys, or none
   * @param userClaim as in {@link AlternativeParameters}
   */
  JwtTokens(byte[] secret, JWKSet keys, String userClaim) {
    this.secret = secret;
    this.keys = keys;
    this.userClaim = userClaim;
  }

  @Override
  public String issue(String user, Instant now, Duration life) throws TokenException {
    if (secret == null) {
      throw new TokenException(
          "tokens are signed elsewhere: AuthAltParameters has jwks= and no jwt_key=");
    }
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .expirationTime(Date.from(now.plus(life)))
            .issueTime(Date.from(now))
            .claim(userClaim.isEmpty() ? "sun" : userClaim, user)
            .build();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new MACSigner(secret));
    } catch (JOSEException e) {
      throw new TokenException("the token can't be signed: " + e.getMessage(), e);
    }
    return token.serialize();
  }

  @Override
  public String user(String text, Instant now) throws TokenException {
    if (text.length() > LONGEST) {
      throw new TokenException("it has more than " + LONGEST + " characters");
    }
    try {
      SignedJWT token = SignedJWT.parse(text);
      if (!signed(token)) {
        throw new TokenException("it isn't signed by a key of this cluster");
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      checkTimes(claims, now);
      return user(claims);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw new TokenException("it is no signed token: " + e.getMessage(), e);
    }
  }

  private boolean signed(SignedJWT token) throws JOSEException {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    if (secret != null && JWSAlgorithm.HS256.equals(algorithm)) {
      return token.verify(new MACVerifier(secret));
    }
    if (JWSAlgorithm.RS256.equals(algorithm)) {
      for (RSAKey key : candidates(token.getHeader().getKeyID())) {
        JWSVerifier verifier = new RSASSAVerifier(key.toRSAPublicKey());
        if (token.verify(verifier)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The keys that may have signed: that of the token's id, or all where it has none. */
  private List<RSAKey> candidates(String id) {
    return keys.getKeys().stream()
        .filter(RSAKey.class::isInstance)
        .filter(key -> id == null || id.equals(key.getKeyID()))
        .filter(JwtTokens::forSignatures)
        .map(JWK::toRSAKey)
        .toList();
  }

  private static boolean forSignatures(JWK key) {
    boolean use = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
    boolean algorithm = key.getAlgorithm() == null || JWSAlgorithm.RS256.equals(key.getAlgorithm());
    return use && algorithm;
  }

  private static void checkTimes(JWTClaimsSet claims, Instant now) throws TokenException {
    if (claims.getExpirationTime() == null) {
      throw new TokenException("it has no end (claim exp)");
    }
    if (!now.isBefore(claims.getExpirationTime().toInstant())) {
      throw new TokenException("it has expired");
    }
    Date begin = claims.getNotBeforeTime();
    if (begin != null && now.isBefore(begin.toInstant())) {
      throw new TokenException("it isn't valid yet");
    }
  }

  private String user(JWTClaimsSet claims) throws TokenException, ParseException {
    List<String> names = userClaim.isEmpty() ? List.of("sun", "username") : List.of(userClaim);
    for (String name : names) {
      String user = claims.getStringClaim(name);
      if (user != null && !user.isEmpty() && user.chars().noneMatch(c -> c < ' ' || c == 0x7f)) {
        return user;
      }
    }
    throw new TokenException("it names no user (claim " + String.join(" or ", names) + ")");
  }
}
