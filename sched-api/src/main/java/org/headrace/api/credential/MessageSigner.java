package org.headrace.api.credential;

import java.nio.ByteBuffer;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Signs messages between controllers and nodes, so that nobody else's are obeyed. The transport
 * adds what makes a message valid once and for one receiver only (session, direction, counter) to
 * the signed bytes. Safe for any thread after {@link #open}.
 */
@ConsumerType
public interface MessageSigner {
  /**
   * Reads keys.
   *
   * @param settings settings by the names of the configuration; {@code HeadraceKeyFile} names the
   *     file of the cluster's key
   * @throws CredentialException if there is no usable key; the message says what is expected where
   */
  void open(Map<String, String> settings) throws CredentialException;

  /** Length of a signature in bytes, always the same. */
  int signatureLength();

  /** The signature of the remaining bytes, whose position is left as it is. */
  byte[] sign(ByteBuffer message);

  /** True when the signature is right; takes the same time whether it is or not. */
  boolean verify(ByteBuffer message, byte[] signature);
}
