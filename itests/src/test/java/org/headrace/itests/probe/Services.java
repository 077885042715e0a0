package org.headrace.itests.probe;

import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Finds services that may still be on their way. */
final class Services {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private Services() {}

  static <T> T await(BundleContext context, Class<T> type) throws InterruptedException {
    Object changed = new Object();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    var listener =
        (org.osgi.framework.ServiceListener)
            event -> {
              synchronized (changed) {
                changed.notifyAll();
              }
            };
    context.addServiceListener(listener);
    try {
      synchronized (changed) {
        while (true) {
          ServiceReference<T> reference = context.getServiceReference(type);
          T service = reference == null ? null : context.getService(reference);
          if (service != null) {
            context.ungetService(reference);
            return service;
          }
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            throw new IllegalStateException("no service " + type.getName() + " has come");
          }
          TimeUnit.NANOSECONDS.timedWait(changed, left);
        }
      }
    } finally {
      context.removeServiceListener(listener);
    }
  }
}
