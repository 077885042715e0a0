package org.headrace.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Where a media driver of Aeron keeps its files: in memory, in a directory that nobody else can
 * enter. Whatever goes over the driver is in these files, users' scripts and environments among it,
 * and Aeron makes them readable for all. It also empties what it finds under its name, links
 * followed, so the place must not be one that somebody else has prepared.
 */
public final class DriverDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private DriverDirectory() {}

  /**
   * The place for the driver of a daemon. Always the same for what the daemon keeps its state in,
   * so that what a killed daemon left in memory is found and deleted by the next one.
   *
   * @param state directory that belongs to the daemon alone
   * @param use what the driver is for
   */
  public static Path of(Path state, String use) {
    Path memory = Path.of("/dev/shm");
    Path base =
        Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    String name = state.toAbsolutePath().toString();
    UUID place = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return base.resolve("headrace-" + place + "-" + use);
  }

  /**
   * Makes the place, closed to all others, and says what to call the driver's directory in it.
   *
   * @throws IllegalStateException if it can't be made, or is there and isn't ours
   */
  public static String prepare(Path place) {
    try {
      Files.createDirectories(place.toAbsolutePath().getParent());
      try {
        Files.createDirectory(place, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } catch (FileAlreadyExistsException e) {
        Object owner = Files.getAttribute(place, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) || !owner.equals(self)) {
          throw new IOException(
              place
                  + " is there already and is no directory of ours (it belongs to uid "
                  + owner
                  + "); remove it, and ask its owner why it has this name");
        }
        Files.setPosixFilePermissions(place, OWNER_ONLY);
      }
      return place.resolve("driver").toString();
    } catch (IOException e) {
      throw new IllegalStateException("no memory for messages: " + e.getMessage(), e);
    }
  }

  /** Removes the place once its driver has been closed. */
  public static void remove(Path place) {
    try {
      Files.deleteIfExists(place);
    } catch (IOException e) {
      // The driver left something: the next start deletes it.
    }
  }
}
