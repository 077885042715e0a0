package org.headrace.control.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Which plugins there are, which serve, and how they do. Safe for any thread. */
@ProviderType
public interface Plugins {
  /** All plugins, by kind and name. */
  List<PluginStatus> list();

  /**
   * Has a plugin serve from the next call on.
   *
   * @param kind kind, for example {@code select}
   * @param name name, for example {@code linear}
   * @throws IllegalArgumentException if there is none of that name or it fails its first call on
   *     the present state; the message says which are there
   */
  void choose(String kind, String name);

  /**
   * Has a plugin run beside the one that serves, its answers compared and not used; or ends that.
   *
   * @param kind kind
   * @param name name, or the empty string to end it
   * @throws IllegalArgumentException if there is none of that name
   */
  void shadow(String kind, String name);

  /** What the comparison with the plugin in shadow has shown so far; empty when there is none. */
  List<String> shadowReport(String kind);
}
