package org.headrace.authkey.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.headrace.api.credential.CredentialException;

/** The file of the cluster's key: whether it may be trusted, what is in it, and how it is made. */
final class KeyFile {
  static final int SHORTEST = 32;
  private static final int LONGEST = 64 * 1024;
  private static final int RANDOM_BYTES = 48;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path path;
  private final int ownUid;

  /**
   * @param ownUid the uid of this process
   */
  KeyFile(Path path, int ownUid) {
    this.path = path;
    this.ownUid = ownUid;
  }

  /** The key in the file, which nobody else may be able to read or to have written. */
  byte[] read() throws CredentialException {
    try {
      checkAccess();
      byte[] content;
      try (InputStream in = Files.newInputStream(path)) {
        content = in.readNBytes(LONGEST + 1);
      }
      if (content.length > LONGEST) {
        throw new CredentialException(
            "key file " + path + " is larger than " + LONGEST + " bytes; that is no key");
      }
      byte[] key = withoutLineEnd(content);
      if (key.length < SHORTEST) {
        throw new CredentialException(
            "key file "
                + path
                + " has "
                + key.length
                + " bytes; a key has at least "
                + SHORTEST
                + ", made for example by: head -c 48 /dev/urandom | base64 -w0");
      }
      return key;
    } catch (IOException e) {
      throw new CredentialException("key file " + path + " can't be read: " + e, e);
    }
  }

  private void checkAccess() throws IOException, CredentialException {
    if (!Files.isRegularFile(path)) {
      throw new CredentialException("key file " + path + " is not a regular file");
    }
    int owner = (Integer) Files.getAttribute(path, "unix:uid");
    if (owner != 0 && owner != ownUid) {
      throw new CredentialException(
          "key file "
              + path
              + " belongs to uid "
              + owner
              + "; it must belong to root or to uid "
              + ownUid
              + ", who runs this daemon");
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
    if (!OWNER_ONLY.containsAll(mode)) {
      throw new CredentialException(
          "key file "
              + path
              + " has mode "
              + PosixFilePermissions.toString(mode)
              + "; others could use the key. Right is 0600 or 0400: chmod 0600 "
              + path);
    }
  }

  private static byte[] withoutLineEnd(byte[] content) {
    int length = content.length;
    while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == '\r')) {
      length--;
    }
    return Arrays.copyOf(content, length);
  }

  /**
   * Makes the file with a random key, unless another process has just done so. It appears complete
   * or not at all.
   */
  void create() throws CredentialException {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String line = Base64.getEncoder().encodeToString(random) + "\n";
    Path fresh =
        path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      link(fresh);
    } catch (NoSuchFileException e) {
      throw new CredentialException(
          "there is no key file and none can be made at "
              + path
              + ": its directory doesn't exist; make it, or set HeadraceKeyFile",
          e);
    } catch (IOException e) {
      throw new CredentialException(
          "there is no key file and none can be made at " + path + ": " + e, e);
    }
  }

  private void link(Path fresh) throws IOException {
    try {
      Files.createLink(path, fresh);
    } catch (FileAlreadyExistsException e) {
      // Another controller was faster; its key is as good.
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
