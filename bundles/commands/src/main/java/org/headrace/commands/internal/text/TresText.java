package org.headrace.commands.internal.text;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Billing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.ResourceRequest;

/** Trackable resources as text: {@code cpu=4,mem=8000M,node=1,billing=4,gres/gpu=2}. */
public final class TresText {
  private static final String UNITS = "MGTPEZ";
  private static final long KIBI = 1024;

  private TresText() {}

  /** What a job holds. */
  public static String of(Allocation allocation) {
    return allocation == null ? "" : text(Amounts.of(allocation));
  }

  /** What a job asks for, at least. */
  public static String of(ResourceRequest request) {
    return text(Amounts.of(request));
  }

  /** What a job holds, with what it is billed. */
  public static String of(Allocation allocation, Billing billing) {
    return allocation == null ? "" : billed(Amounts.of(allocation), billing);
  }

  /** What a job asks for, at least, with what it would be billed. */
  public static String of(ResourceRequest request, Billing billing) {
    return billed(Amounts.of(request), billing);
  }

  private static String billed(Map<String, Long> amounts, Billing billing) {
    Map<String, Long> all = new TreeMap<>(amounts);
    all.put("billing", billing.of(amounts));
    return text(all);
  }

  /**
   * Memory in the largest unit in which it is whole or half, for example {@code 8000M}, {@code 2G}
   * or {@code 12.50G}.
   */
  public static String exactMemory(long mebibytes) {
    return exact(mebibytes, UNITS);
  }

  /**
   * An amount in the largest unit in which it is whole or half.
   *
   * @param amount in the first unit
   * @param units letters of units, each 1024 times the one before
   */
  public static String exact(long amount, String units) {
    int unit = 0;
    long value = amount;
    while (value >= KIBI && value % (KIBI / 2) == 0 && unit < units.length() - 1) {
      unit++;
      if (value % KIBI != 0) {
        return String.format(Locale.ROOT, "%.2f", value / (double) KIBI) + units.charAt(unit);
      }
      value /= KIBI;
    }
    return value + units.substring(unit, unit + 1);
  }

  /** Memory in the largest unit, with two decimals where it isn't whole: {@code 7.81G}. */
  public static String shortMemory(long mebibytes) {
    int unit = 0;
    double value = mebibytes;
    while (value >= KIBI && unit < UNITS.length() - 1) {
      value /= KIBI;
      unit++;
    }
    String number =
        value == Math.rint(value)
            ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.2f", value);
    return number + UNITS.charAt(unit);
  }

  /** A wish for generic resources, for example {@code gres/gpu:tesla:2}. */
  public static String wish(GresRequest wish) {
    String type = wish.type().isEmpty() ? "" : ":" + wish.type();
    return "gres/" + wish.name() + type + ":" + wish.count();
  }

  private static String text(Map<String, Long> amounts) {
    StringBuilder text = new StringBuilder("cpu=").append(amounts.get("cpu"));
    long memory = amounts.get("mem");
    if (memory > 0) {
      text.append(",mem=").append(exactMemory(memory));
    }
    text.append(",node=").append(amounts.get("node"));
    text.append(",billing=").append(amounts.get("billing"));
    amounts.forEach(
        (name, count) -> {
          if (name.startsWith("gres/")) {
            text.append(',').append(name).append('=').append(count);
          }
        });
    return text.toString();
  }
}
