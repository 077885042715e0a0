package org.headrace.core.internal;

import java.util.concurrent.TimeUnit;
import org.headrace.control.definition.ReservationDefinition;

/** Whether two reservations hold at the same moment, now or at one of the times to come. */
final class Meeting {
  /** Within this time all days and hours come at which something repeats. */
  private static final long ALL_REPETITIONS = TimeUnit.DAYS.toMillis(8);

  private Meeting() {}

  /** True when both hold at some moment, as seen at {@code now}. */
  static boolean of(ReservationDefinition one, ReservationDefinition other, long now) {
    if (overlap(one, other, now)) {
      return true;
    }
    boolean oneRepeats = repeats(one);
    boolean otherRepeats = repeats(other);
    ReservationDefinition first = one;
    ReservationDefinition second = other;
    long enough = Math.max(one.startsAt(now), other.startsAt(now)) + ALL_REPETITIONS;
    while (Math.min(first.startsAt(now), second.startsAt(now)) < enough) {
      boolean firstIsOver = first.endsAt(now) <= second.startsAt(now);
      if (!(firstIsOver ? oneRepeats : otherRepeats)) {
        return false;
      }
      if (firstIsOver) {
        first = first.next(second.startsAt(now));
      } else {
        second = second.next(first.startsAt(now));
      }
      if (overlap(first, second, now)) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlap(ReservationDefinition one, ReservationDefinition other, long now) {
    return other.startsAt(now) < one.endsAt(now) && one.startsAt(now) < other.endsAt(now);
  }

  /** One that floats never comes, and so not again. */
  private static boolean repeats(ReservationDefinition one) {
    return one.repeats() && one.clock().lead() == 0 && Reservations.knownZone(one);
  }
}
