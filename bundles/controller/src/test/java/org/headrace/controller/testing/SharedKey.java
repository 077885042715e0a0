package org.headrace.controller.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.credential.MessageSigner;

/** Signs with a key that everybody knows. */
public final class SharedKey implements MessageSigner {
  private final ThreadLocal<Mac> macs;

  public SharedKey() {
    this("a key that everybody knows");
  }

  public SharedKey(String key) {
    macs = ThreadLocal.withInitial(() -> mac(key));
  }

  private static Mac mac(String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void open(Map<String, String> settings) {
    // The key is built in.
  }

  @Override
  public int signatureLength() {
    return 32;
  }

  @Override
  public byte[] sign(ByteBuffer message) {
    Mac mac = macs.get();
    mac.update(message.duplicate());
    return mac.doFinal();
  }

  @Override
  public boolean verify(ByteBuffer message, byte[] signature) {
    return MessageDigest.isEqual(sign(message), signature);
  }
}
