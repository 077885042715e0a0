package org.headrace.accounting.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Text in a form that every database can hold and index: PostgreSQL takes no NUL, none takes half a
 * surrogate pair, and indexes refuse long values. Text that is short and clean is its own key. Of
 * other text the key is a beginning and a digest, so that equal keys still mean equal text. What
 * the user wrote is kept, whole, in the document of the row.
 */
final class SearchKey {
  /** Longest key, in characters. */
  static final int MAX_LENGTH = 190;

  private static final int KEPT = 120;

  private SearchKey() {}

  static String of(String text) {
    if (text.length() <= MAX_LENGTH && isClean(text)) {
      return text;
    }
    StringBuilder key = new StringBuilder(MAX_LENGTH);
    int length = Math.min(text.length(), KEPT);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      key.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
    }
    return key.append('#').append(digest(text)).toString();
  }

  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static String digest(String text) {
    try {
      // UTF-16 keeps NUL and lone surrogates apart, which UTF-8 would all turn into '?'.
      byte[] bytes = new byte[text.length() * 2];
      for (int i = 0; i < text.length(); i++) {
        bytes[2 * i] = (byte) (text.charAt(i) >>> 8);
        bytes[2 * i + 1] = (byte) text.charAt(i);
      }
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
