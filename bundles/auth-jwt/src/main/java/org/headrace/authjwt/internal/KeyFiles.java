package org.headrace.authjwt.internal;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.Set;
import org.headrace.api.auth.TokenException;

/** Reads the files of keys, unless somebody else could have read or written them. */
final class KeyFiles {
  /** What HS256 asks for: as many bits as its digest has. */
  private static final int SHORTEST = 32;

  private static final int LONGEST = 1 << 20;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> WRITABLE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private KeyFiles() {}

  /** All bytes of a file that only its owner can read, as Slurm takes them. */
  static byte[] secret(Path path, String slurmUser) throws TokenException {
    try {
      Set<PosixFilePermission> mode = mode(path, slurmUser);
      if (!OWNER_ONLY.containsAll(mode)) {
        throw new TokenException(
            "key file %s has mode %s; others could make tokens with it. Right is 0600: chmod 0600 %s"
                .formatted(path, PosixFilePermissions.toString(mode), path));
      }
      byte[] key = content(path);
      if (key.length < SHORTEST) {
        throw new TokenException(
            "key file %s has %d bytes; HS256 needs at least %d, made for example by: dd if=/dev/random of=%s bs=32 count=1"
                .formatted(path, key.length, SHORTEST, path));
      }
      return key;
    } catch (IOException e) {
      throw new TokenException("key file " + path + " can't be read: " + e, e);
    }
  }

  /** Public keys, which anybody may read and nobody else may write. */
  static JWKSet publicKeys(Path path, String slurmUser) throws TokenException {
    try {
      Set<PosixFilePermission> mode = mode(path, slurmUser);
      if (mode.stream().anyMatch(WRITABLE::contains)) {
        throw new TokenException(
            "key file %s has mode %s; others could add keys of their own. Right is 0644: chmod 0644 %s"
                .formatted(path, PosixFilePermissions.toString(mode), path));
      }
      return JWKSet.parse(new String(content(path), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new TokenException("key file " + path + " can't be read: " + e, e);
    } catch (ParseException e) {
      throw new TokenException("key file " + path + " is no JSON Web Key Set: " + e, e);
    }
  }

  private static Set<PosixFilePermission> mode(Path path, String slurmUser)
      throws IOException, TokenException {
    if (!Files.isRegularFile(path)) {
      throw new TokenException("key file " + path + " is missing or no regular file");
    }
    int owner = (Integer) Files.getAttribute(path, "unix:uid");
    int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    boolean slurms =
        slurmUser.equals(Files.getOwner(path).getName())
            || slurmUser.equals(Integer.toUnsignedString(owner));
    if (owner != 0 && owner != own && !slurms) {
      throw new TokenException(
          "key file %s belongs to uid %d; it must belong to root, to SlurmUser or to uid %d, who runs this daemon"
              .formatted(path, owner, own));
    }
    return Files.getPosixFilePermissions(path);
  }

  private static byte[] content(Path path) throws IOException, TokenException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(LONGEST + 1);
      if (content.length > LONGEST) {
        throw new TokenException(
            "key file " + path + " is larger than " + LONGEST + " bytes; that is no key");
      }
      return content;
    }
  }
}
