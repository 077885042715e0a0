package org.headrace.itests.plugins;

import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Registers the plugin that the bundle's manifest names. */
public final class PluginActivator implements BundleActivator {
  /** Header: class of the plugin. */
  public static final String TYPE = "Plugin-Class";

  /** Header: interface that it is registered under. */
  public static final String SERVICE = "Plugin-Service";

  /** Header: kind and name. */
  public static final String NAME = "Plugin-Name";

  @Override
  public void start(BundleContext context) throws Exception {
    Dictionary<String, String> headers = context.getBundle().getHeaders();
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("headrace.plugin", headers.get(NAME));
    Object plugin = context.getBundle().loadClass(headers.get(TYPE)).getConstructor().newInstance();
    context.registerService(headers.get(SERVICE), plugin, properties);
  }

  @Override
  public void stop(BundleContext context) {
    // The framework takes the service back.
  }
}
