package org.headrace.authkey.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs with HMAC-SHA256 and the key that all daemons of the cluster share. Serves under the names
 * of the real one's plugins too, so that a configuration that was moved over works as it is.
 */
@Component(
    service = MessageSigner.class,
    property = {
      "headrace.plugin=cred/key",
      "headrace.plugin=cred/munge",
      "headrace.plugin=cred/slurm"
    })
public final class KeySigner implements MessageSigner {
  private static final Logger LOG = LoggerFactory.getLogger(KeySigner.class);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LENGTH = 32;
  private static final String FILE_NAME = "headrace.key";

  private final String configurationFile;
  private final boolean controller;
  private volatile SecretKeySpec key;
  private volatile ThreadLocal<Mac> macs;

  /** Takes the place of slurm.conf and the role of this process from the system properties. */
  @Activate
  public KeySigner() {
    this(
        System.getProperty("headrace.conf", ""),
        System.getProperty("headrace.role", "").equals("controller"));
  }

  /**
   * @param configurationFile slurm.conf, or empty
   * @param controller whether this process is a controller, which makes a key if there is none
   */
  KeySigner(String configurationFile, boolean controller) {
    this.configurationFile = configurationFile;
    this.controller = controller;
  }

  @Override
  public void open(Map<String, String> settings) throws CredentialException {
    List<Path> places = places(settings);
    if (places.isEmpty()) {
      throw new CredentialException(
          "no place for the cluster's key is known; set HeadraceKeyFile in slurm.conf");
    }
    int uid = ownUid();
    Path file = places.stream().filter(Files::exists).findFirst().orElse(null);
    boolean severalControllers = settings.getOrDefault("SlurmctldHost", "").contains(",");
    if (file == null && controller && !severalControllers) {
      file = create(places, uid);
    } else if (file == null && controller) {
      throw new CredentialException(
          "the cluster's key is missing: several controllers need the same one, so none is made."
              + " Make "
              + places.get(0)
              + " with mode 0600 on one of them, for example by: head -c 48 /dev/urandom |"
              + " base64 -w0, and copy it to the others and to all nodes");
    } else if (file == null) {
      throw new CredentialException(
          "the cluster's key is missing: copy the controller's, with its mode 0600, to "
              + places.get(0)
              + " (or set HeadraceKeyFile)");
    }
    SecretKeySpec read = new SecretKeySpec(new KeyFile(file, uid).read(), ALGORITHM);
    newMac(read);
    macs = ThreadLocal.withInitial(() -> newMac(read));
    key = read;
  }

  private List<Path> places(Map<String, String> settings) {
    List<Path> places = new ArrayList<>();
    String named = settings.getOrDefault("HeadraceKeyFile", "");
    if (!named.isEmpty()) {
      return List.of(Path.of(named).toAbsolutePath());
    }
    if (!configurationFile.isEmpty()) {
      places.add(Path.of(configurationFile).toAbsolutePath().resolveSibling(FILE_NAME));
    }
    String state = settings.getOrDefault("StateSaveLocation", "");
    if (!state.isEmpty()) {
      places.add(Path.of(state, FILE_NAME).toAbsolutePath());
    }
    return places;
  }

  /** In the first place that can be written to. */
  private static Path create(List<Path> places, int uid) throws CredentialException {
    CredentialException refused = null;
    for (Path place : places) {
      try {
        new KeyFile(place, uid).create();
        LOG.info("Made a key for the cluster at {}; nodes on other machines need a copy", place);
        return place;
      } catch (CredentialException e) {
        refused = refused == null ? e : refused;
      }
    }
    throw refused;
  }

  private static int ownUid() throws CredentialException {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new CredentialException("the own uid can't be read from /proc/self: " + e, e);
    }
  }

  private static Mac newMac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }

  @Override
  public int signatureLength() {
    return LENGTH;
  }

  @Override
  public byte[] sign(ByteBuffer message) {
    if (key == null) {
      throw new IllegalStateException("the signer has no key yet: open it first");
    }
    Mac mac = macs.get();
    mac.update(message.duplicate());
    return mac.doFinal();
  }

  @Override
  public boolean verify(ByteBuffer message, byte[] signature) {
    return MessageDigest.isEqual(sign(message), signature);
  }
}
