package org.headrace.commands.internal.sacctmgr;

import java.util.Locale;

/** What a verb is about. */
enum Entity {
  ACCOUNT("account"),
  ASSOCIATION("association"),
  USER("user"),
  QOS("qos"),
  COORDINATOR("coordinator"),
  CLUSTER("cluster"),
  TRES("tres");

  private final String word;

  Entity(String word) {
    this.word = word;
  }

  /** By its name, the plural or a beginning of it, two letters at least; null for no entity. */
  static Entity of(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    if (wanted.equals("acct")) {
      return ACCOUNT;
    }
    for (Entity one : values()) {
      String plural = one.word + "s";
      if (wanted.length() > 1 && plural.startsWith(wanted) || wanted.equals(one.word)) {
        return one;
      }
    }
    return null;
  }
}
