package org.headrace.shell.internal;

import org.headrace.control.Control;
import org.headrace.control.plugin.Plugins;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Where commands find the controller. It comes and goes, so it is looked up at each call. */
interface ControllerServices {
  /** The service of that type, or null while it isn't there. */
  <T> T find(Class<T> type);

  /** The services of the container that a bundle runs in. */
  static ControllerServices of(BundleContext context) {
    return new ControllerServices() {
      @Override
      public <T> T find(Class<T> type) {
        ServiceReference<T> reference = context.getServiceReference(type);
        return reference == null ? null : context.getService(reference);
      }
    };
  }

  /** The controller. */
  default Control control() throws CommandFailed {
    return present(find(Control.class));
  }

  /** The plugin registry. */
  default Plugins plugins() throws CommandFailed {
    return present(find(Plugins.class));
  }

  private static <T> T present(T service) throws CommandFailed {
    if (service == null) {
      throw new CommandFailed(
          "the controller of this container is not up. Either it is still starting or replaying its"
              + " log, or its configuration was refused: log:tail says which; try again when it"
              + " says that it answers");
    }
    return service;
  }
}
