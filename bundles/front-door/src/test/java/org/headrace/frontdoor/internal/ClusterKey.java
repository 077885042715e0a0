package org.headrace.frontdoor.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.credential.MessageSigner;

/** A shared key, for tests. */
record ClusterKey(String key) implements MessageSigner {
  @Override
  public void open(Map<String, String> settings) {}

  @Override
  public int signatureLength() {
    return 32;
  }

  @Override
  public byte[] sign(ByteBuffer message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(), "HmacSHA256"));
      mac.update(message.duplicate());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean verify(ByteBuffer message, byte[] signature) {
    return MessageDigest.isEqual(sign(message), signature);
  }
}
