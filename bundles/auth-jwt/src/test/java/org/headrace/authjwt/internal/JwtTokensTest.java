package org.headrace.authjwt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwtTokensTest {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcde\n".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String CLAIMS = "{\"exp\":1700001800,\"iat\":1700000000,\"sun\":\"alice\"}";

  @TempDir Path directory;

  private Path file(String name, byte[] content, String mode) throws IOException {
    Path file = Files.write(directory.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private Tokens tokens(String more) throws IOException, TokenException {
    Path key = file("k", KEY, "rw-------");
    return new JwtAuthority().open(Map.of("AuthAltParameters", "jwt_key=" + key + more));
  }

  private static String part(String json) {
    return part(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String signed(String header, String claims, byte[] key) throws Exception {
    String text = part(header) + "." + part(claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return text + "." + part(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void refused(Tokens tokens, String token, String why) {
    assertThatThrownBy(() -> tokens.user(token, NOW))
        .as(token)
        .isInstanceOf(TokenException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aTokenNamesItsUserUntilItsEnd() throws Exception {
    Tokens tokens = tokens("");
    String token = tokens.issue("alice", NOW, Duration.ofSeconds(60));
    assertThat(tokens.user(token, NOW)).isEqualTo("alice");
    assertThat(tokens.user(token, NOW.plusSeconds(59))).isEqualTo("alice");
    assertThatThrownBy(() -> tokens.user(token, NOW.plusSeconds(60)))
        .hasMessageContaining("expired");
  }

  /** By the standard alone, with every byte of the key's file: as Slurm does it. */
  @Test
  void whatOthersSignedWithTheSameFileIsBelieved() throws Exception {
    assertThat(tokens("").user(signed(HS256, CLAIMS, KEY), NOW)).isEqualTo("alice");
    String other = "{\"exp\":1700001800,\"username\":\"bob\"}";
    assertThat(tokens("").user(signed(HS256, other, KEY), NOW)).isEqualTo("bob");
  }

  @Test
  void everyChangedBitIsRefused() throws Exception {
    Tokens tokens = tokens("");
    String token = signed(HS256, CLAIMS, KEY);
    for (int i = 0; i < token.length(); i++) {
      for (int bit = 0; bit < 7; bit++) {
        char changed = (char) (token.charAt(i) ^ 1 << bit);
        String text = token.substring(0, i) + changed + token.substring(i + 1);
        boolean padding = i == token.length() - 1; // Its last bits don't count.
        if (!padding) {
          assertThatThrownBy(() -> tokens.user(text, NOW)).isInstanceOf(TokenException.class);
        }
      }
    }
  }

  @Test
  void aTokenCannotChooseItsAlgorithm() throws Exception {
    KeyPair pair = rsa();
    RSAPublicKey open = (RSAPublicKey) pair.getPublic();
    Path set = jwks(new RSAKey.Builder(open).keyID("1").build());
    Tokens tokens = tokens(",jwks=" + set);
    refused(tokens, part("{\"alg\":\"none\"}") + "." + part(CLAIMS) + ".", "no signed token");
    refused(tokens, signed("{\"alg\":\"HS384\"}", CLAIMS, KEY), "isn't signed");
    // The classic: the public key, taken for a secret.
    refused(tokens, signed(HS256, CLAIMS, open.getEncoded()), "isn't signed");
    refused(tokens, signed(HS256, CLAIMS, Files.readAllBytes(set)), "isn't signed");
    Tokens onlyPublic = new JwtAuthority().open(Map.of("AuthAltParameters", "jwks=" + set));
    refused(onlyPublic, signed(HS256, CLAIMS, KEY), "isn't signed");
    refused(
        tokens, signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", CLAIMS, KEY), "");
  }

  @Test
  void anotherServiceMaySign() throws Exception {
    KeyPair pair = rsa();
    RSAPublicKey open = (RSAPublicKey) pair.getPublic();
    String header = "{\"alg\":\"RS256\",\"kid\":\"1\"}";
    String token = signed(header, CLAIMS, pair);
    Path set = jwks(new RSAKey.Builder(open).keyID("1").build());
    Tokens tokens = new JwtAuthority().open(Map.of("AuthAltParameters", "jwks=" + set));
    assertThat(tokens.user(token, NOW)).isEqualTo("alice");
    assertThatThrownBy(() -> tokens.issue("a", NOW, Duration.ofSeconds(1)))
        .hasMessageContaining("signed elsewhere");
    refused(tokens, signed(header, CLAIMS, rsa()), "isn't signed");
    Path other = jwks(new RSAKey.Builder(open).keyID("2").build());
    refused(new JwtAuthority().open(Map.of("AuthAltParameters", "jwks=" + other)), token, "isn't");
    Path encrypts = jwks(new RSAKey.Builder(open).keyID("1").keyUse(KeyUse.ENCRYPTION).build());
    refused(
        new JwtAuthority().open(Map.of("AuthAltParameters", "jwks=" + encrypts)), token, "isn't");
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private Path jwks(RSAKey key) throws IOException {
    String text = new JWKSet(key).toString();
    return file("jwks" + key.getKeyID() + key.getKeyUse(), text.getBytes(), "rw-r--r--");
  }

  private static String signed(String header, String claims, KeyPair pair) throws Exception {
    String text = part(header) + "." + part(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(pair.getPrivate());
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + part(signature.sign());
  }

  @Test
  void claimsThatSayTooLittleAreRefused() throws Exception {
    Tokens tokens = tokens("");
    for (String[] one :
        List.of(
            new String[] {"{\"sun\":\"alice\"}", "no end"},
            new String[] {"{\"exp\":1699999999,\"sun\":\"alice\"}", "expired"},
            new String[] {"{\"exp\":1700000009,\"nbf\":1700000001,\"sun\":\"a\"}", "valid yet"},
            new String[] {"{\"exp\":1700000009}", "names no user"},
            new String[] {"{\"exp\":1700000009,\"sun\":\"\"}", "names no user"},
            new String[] {"{\"exp\":1700000009,\"sun\":\"a\\nb\"}", "names no user"},
            new String[] {"{\"exp\":1700000009,\"sun\":7}", ""},
            new String[] {"[]", ""},
            new String[] {"", ""})) {
      refused(tokens, signed(HS256, one[0], KEY), one[1]);
    }
    for (String nonsense : List.of("", "a", "a.b", "a.b.c", "a.b.c.d", "..", "\0.\0.\0")) {
      refused(tokens, nonsense, "");
    }
    refused(tokens, "a".repeat(20_000), "characters");
  }

  @Test
  void anotherClaimCanNameTheUser() throws Exception {
    Tokens tokens = tokens(",userclaimfield=preferred_username");
    refused(tokens, signed(HS256, CLAIMS, KEY), "preferred_username");
    String claims = "{\"exp\":1700001800,\"preferred_username\":\"carol\"}";
    assertThat(tokens.user(signed(HS256, claims, KEY), NOW)).isEqualTo("carol");
    assertThat(tokens.user(tokens.issue("dave", NOW, Duration.ofHours(1)), NOW)).isEqualTo("dave");
  }

  @Test
  void keysThatOthersKnowAreRefused() throws Exception {
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Path key = file("open", KEY, mode);
      assertThatThrownBy(
              () -> new JwtAuthority().open(Map.of("AuthAltParameters", "jwt_key=" + key)))
          .hasMessageContaining("chmod 0600 " + key);
    }
    Path brief = file("brief", "short".getBytes(), "rw-------");
    assertThatThrownBy(
            () -> new JwtAuthority().open(Map.of("AuthAltParameters", "jwt_key=" + brief)))
        .hasMessageContaining("5 bytes");
    Path set = file("set", "{\"keys\":[]}".getBytes(), "rw-rw-r--");
    assertThatThrownBy(() -> new JwtAuthority().open(Map.of("AuthAltParameters", "jwks=" + set)))
        .hasMessageContaining("chmod 0644 " + set);
    assertThatThrownBy(() -> new JwtAuthority().open(Map.of("AuthAltParameters", "jwt_key=k")))
        .hasMessageContaining("absolute");
    assertThatThrownBy(() -> new JwtAuthority().open(Map.of())).hasMessageContaining("jwt_key=");
  }

  @Test
  void aKeyOfAnotherUserIsRefused() throws Exception {
    Assumptions.assumeTrue(
        (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
        "needs root to give a file away");
    Path key = file("k", KEY, "rw-------");
    Files.setAttribute(key, "unix:uid", 65534);
    assertThatThrownBy(() -> new JwtAuthority().open(Map.of("AuthAltParameters", "jwt_key=" + key)))
        .hasMessageContaining("belongs to uid 65534");
    // As Slurm's manual has it: chown slurm.
    for (String slurmUser : List.of("65534", Files.getOwner(key).getName())) {
      Map<String, String> settings =
          Map.of("AuthAltParameters", "jwt_key=" + key, "SlurmUser", slurmUser);
      assertThat(new JwtAuthority().open(settings).user(signed(HS256, CLAIMS, KEY), NOW))
          .isEqualTo("alice");
    }
  }

  @Test
  void theUsualPlaceOfTheKeyIsTheStateDirectory() throws Exception {
    file("jwt_hs256.key", KEY, "rw-------");
    Tokens tokens = new JwtAuthority().open(Map.of("StateSaveLocation", directory.toString()));
    assertThat(tokens.user(signed(HS256, CLAIMS, KEY), NOW)).isEqualTo("alice");
  }
}
