package org.headrace.authjwt.internal;

import com.nimbusds.jose.jwk.JWKSet;
import java.util.Map;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.osgi.service.component.annotations.Component;

/** Tokens as Slurm's {@code auth/jwt} makes and takes them, with its keys. */
@Component(service = TokenAuthority.class, property = "headrace.plugin=auth/jwt")
public final class JwtAuthority implements TokenAuthority {
  @Override
  public Tokens open(Map<String, String> settings) throws TokenException {
    AlternativeParameters parameters = AlternativeParameters.of(settings);
    byte[] secret =
        parameters.secret() == null
            ? null
            : KeyFiles.secret(parameters.secret(), parameters.slurmUser());
    JWKSet keys =
        parameters.publicKeys() == null
            ? new JWKSet()
            : KeyFiles.publicKeys(parameters.publicKeys(), parameters.slurmUser());
    return new JwtTokens(secret, keys, parameters.userClaim());
  }
}
