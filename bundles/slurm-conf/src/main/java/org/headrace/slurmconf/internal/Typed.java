package org.headrace.slurmconf.internal;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.ClusterSettings;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Typed access to cluster-level keys whose values have been checked. */
final class Typed {
  private final ClusterSettings settings;
  private final Diagnostics diagnostics;
  private final Position file;

  Typed(ClusterSettings settings, Diagnostics diagnostics, Position file) {
    this.settings = settings;
    this.diagnostics = diagnostics;
    this.file = file;
  }

  String text(String key) {
    return settings.text(key);
  }

  boolean isSet(String key) {
    return settings.configured(key).isPresent();
  }

  Position position(String key) {
    return settings.configured(key).map(ClusterSettings.Configured::position).orElse(file);
  }

  void error(String key, String message) {
    diagnostics.error(position(key), message);
  }

  long number(String key) {
    String value = text(key);
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  int integer(String key) {
    return (int) number(key);
  }

  boolean flag(String key) {
    String value = text(key);
    return !value.isEmpty() && Values.flag(value);
  }

  long seconds(String key) {
    String value = text(key);
    return value.isEmpty() ? SlurmDuration.INFINITE : Values.seconds(value);
  }

  long minutes(String key) {
    return SlurmDuration.parseMinutes(text(key));
  }

  long duration(String key) {
    return SlurmDuration.parseSeconds(text(key));
  }

  long memory(String key) {
    String value = text(key);
    return value.isEmpty() || SlurmDuration.isInfinite(value) ? 0 : Sizes.parseMemory(value);
  }

  Ports ports(String key) {
    return Ports.parse(text(key));
  }

  List<String> list(String key) {
    return Values.list(text(key));
  }

  Set<String> upper(String key) {
    Set<String> set = new LinkedHashSet<>();
    list(key).forEach(item -> set.add(item.toUpperCase(Locale.ROOT)));
    return set;
  }

  Set<String> lower(String key) {
    Set<String> set = new LinkedHashSet<>();
    list(key).forEach(item -> set.add(item.toLowerCase(Locale.ROOT)));
    return set;
  }

  Map<String, String> options(String key) {
    return Values.options(text(key));
  }

  Set<Integer> exitCodes(String key) {
    try {
      Set<Integer> codes = new LinkedHashSet<>();
      BitmapList.parse(text(key)).stream().forEach(codes::add);
      return codes;
    } catch (TextFormatException e) {
      error(key, key + ": " + e.getMessage());
      return Set.of();
    }
  }

  /** {@code CPU=1.0,Mem=0.25G}: weights by resource, memory per MiB. */
  static Map<String, Double> weights(String value) {
    Map<String, Double> weights = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : Values.options(value).entrySet()) {
      String text = entry.getValue();
      double divisor = 1;
      int unit = text.isEmpty() ? -1 : "MGTP".indexOf(Character.toUpperCase(last(text)));
      if (unit >= 0) {
        divisor = Math.pow(1024, unit);
        text = text.substring(0, text.length() - 1);
      } else if (!text.isEmpty() && Character.toUpperCase(last(text)) == 'K') {
        divisor = 1.0 / 1024;
        text = text.substring(0, text.length() - 1);
      }
      weights.put(entry.getKey(), Values.decimal(text) / divisor);
    }
    return weights;
  }

  private static char last(String text) {
    return text.charAt(text.length() - 1);
  }

  Map<String, Double> weightsOf(String key) {
    try {
      return weights(text(key));
    } catch (TextFormatException e) {
      error(key, key + ": " + e.getMessage() + "; write resource=weight,...");
      return Map.of();
    }
  }

  /** {@code name:count,name}: a count for each name, 1 where none is given. */
  Map<String, Long> counts(String key) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String item : list(key)) {
      int colon = Math.max(item.lastIndexOf(':'), item.lastIndexOf('*'));
      try {
        long count = colon < 0 ? 1 : Values.integer(item.substring(colon + 1), 0, 1L << 31);
        counts.put(colon < 0 ? item : item.substring(0, colon), count);
      } catch (TextFormatException e) {
        error(key, key + ": " + e.getMessage() + "; write name:count,...");
      }
    }
    return counts;
  }

  /** {@code 30} or {@code task=30,energy=10}. */
  Map<String, Long> frequencies(String key) {
    Map<String, Long> result = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : options(key).entrySet()) {
      boolean bare = entry.getValue().isEmpty();
      try {
        result.put(
            bare ? "task" : entry.getKey(),
            Values.integer(bare ? entry.getKey() : entry.getValue(), 0, 65535));
      } catch (TextFormatException e) {
        error(key, key + ": " + e.getMessage() + "; write seconds or kind=seconds,...");
      }
    }
    return result;
  }
}
