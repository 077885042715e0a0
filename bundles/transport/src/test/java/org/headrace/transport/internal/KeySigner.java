package org.headrace.transport.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.headrace.api.credential.MessageSigner;

/** Signs with a key, and keeps what it signed, as one who listens on the network would. */
final class KeySigner implements MessageSigner {
  private final byte[] key;
  private final List<byte[]> signed = Collections.synchronizedList(new ArrayList<>());

  KeySigner(int... key) {
    this.key = new byte[key.length];
    for (int i = 0; i < key.length; i++) {
      this.key[i] = (byte) key[i];
    }
  }

  /** All envelopes so far. */
  List<byte[]> recorded() {
    synchronized (signed) {
      return List.copyOf(signed);
    }
  }

  @Override
  public void open(Map<String, String> settings) {}

  @Override
  public int signatureLength() {
    return 32;
  }

  @Override
  public byte[] sign(ByteBuffer message) {
    byte[] signature = mac(message);
    byte[] whole = new byte[message.remaining() + signature.length];
    message.duplicate().get(whole, 0, message.remaining());
    System.arraycopy(signature, 0, whole, message.remaining(), signature.length);
    signed.add(whole);
    return signature;
  }

  private byte[] mac(ByteBuffer message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(message.duplicate());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean verify(ByteBuffer message, byte[] signature) {
    return MessageDigest.isEqual(mac(message), signature);
  }
}
