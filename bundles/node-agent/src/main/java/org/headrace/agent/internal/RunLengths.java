package org.headrace.agent.internal;

import java.util.List;

/** Numbers of neighbouring nodes written short: {@code 72(x2),36}. */
final class RunLengths {
  private RunLengths() {}

  static String of(List<Integer> counts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.size(); ) {
      int end = i + 1;
      while (end < counts.size() && counts.get(end).equals(counts.get(i))) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ",").append(counts.get(i));
      if (end - i > 1) {
        text.append("(x").append(end - i).append(')');
      }
      i = end;
    }
    return text.toString();
  }
}
