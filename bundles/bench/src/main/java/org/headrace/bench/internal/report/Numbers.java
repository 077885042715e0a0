package org.headrace.bench.internal.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: three significant digits, no exponent. */
final class Numbers {
  private static final double LARGE = 1000;

  private Numbers() {}

  static String text(double value) {
    if (Math.abs(value) >= LARGE) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }
}
