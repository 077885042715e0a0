package org.headrace.itests.probe;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;

/**
 * The JDK's method handles behind {@code equals}, {@code hashCode} and {@code toString} of records
 * remember the last type that they were adapted to, and with it a class loader: the last bundle
 * that used a record of its own for the first time stays in memory until the next one does. That is
 * one loader however many bundles come and go, and no plugin's or controller's fault; so here the
 * probe makes itself the last one.
 */
final class RecordLinks {
  private RecordLinks() {}

  /** A type of the probe's own. */
  private enum Ours {
    ONE
  }

  private record Holder(Ours ours) {}

  static void takeOver() {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle getter =
          lookup.findVirtual(Holder.class, "ours", MethodType.methodType(Ours.class));
      MethodType equals = MethodType.methodType(boolean.class, Holder.class, Object.class);
      MethodType hashCode = MethodType.methodType(int.class, Holder.class);
      MethodType toString = MethodType.methodType(String.class, Holder.class);
      for (MethodType type : List.of(equals, hashCode, toString)) {
        String name = type == equals ? "equals" : type == hashCode ? "hashCode" : "toString";
        ObjectMethods.bootstrap(lookup, name, type, Holder.class, "ours", getter);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("cannot link a record", e);
    }
  }
}
