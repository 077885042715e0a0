package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.account.QosFlag;

/** Flags of qualities of service, as the API and as {@code sacctmgr} write them. */
final class QosFlagNames {
  private static final Map<String, String> WORDS =
      Arrays.stream(QosFlag.values()).collect(Collectors.toMap(QosFlag::published, QosFlag::word));

  private QosFlagNames() {}

  /** A term with flags of the API in sacctmgr's words; others as they are. */
  static String toSacctmgr(String term) {
    String key = "flags=";
    if (!term.startsWith(key)) {
      return term;
    }
    List<String> words = new ArrayList<>();
    for (String flag : term.substring(key.length()).split(",")) {
      if (!flag.equals("NOT_SET")) {
        words.add(WORDS.getOrDefault(flag, flag));
      }
    }
    return key + String.join(",", words);
  }
}
