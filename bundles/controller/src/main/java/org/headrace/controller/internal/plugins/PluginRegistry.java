package org.headrace.controller.internal.plugins;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which plugins are there and which of them serve: the one place with dynamic references.
 *
 * <p>For each kind a plugin is <em>wanted</em>, by the configuration or by an administrator's
 * choice, which holds until the configuration changes. The wanted one serves while it is there and
 * not quarantined. If it is quarantined, since it failed {@value #MAX_FAULTS} times in a row, the
 * last that did well takes over, or one of the kind's fallbacks. If it isn't there, calls of the
 * kind fail until it comes: to replace it silently would run a site's jobs by another's rules.
 *
 * <p>Safe for any thread. A swap takes effect between two calls: calls in flight end on the plugin
 * they began on.
 */
public final class PluginRegistry implements Plugins {
  private static final Logger LOG = LoggerFactory.getLogger(PluginRegistry.class);

  /** So many faults in a row, and a plugin is quarantined. */
  public static final int MAX_FAULTS = 3;

  private static final long CLOSE_SECONDS = 10;

  /** Kinds whose plugins are asked whatever they did before: a site's rule can't be left out. */
  private static final Set<String> MANDATORY = Set.of("job_submit");

  /** Kinds of which a second plugin can run beside the one that serves. */
  private static final List<Kind> SHADOWED =
      List.of(Kind.SCHEDULER, Kind.SELECTOR, Kind.TOPOLOGY, Kind.PRIORITY);

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, String> configured = new ConcurrentHashMap<>();
  private final Map<String, String> wanted = new ConcurrentHashMap<>();
  private final Map<String, List<String>> lastGood = new ConcurrentHashMap<>();
  private final Map<String, String> shadows = new ConcurrentHashMap<>();
  private final Map<String, ShadowRecord> shadowRecords = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<Thread, CallChain> chains = new ConcurrentHashMap<>();
  private volatile PluginTrial trial = (kind, name, settings) -> {};
  private volatile Map<String, String> inForce = Map.of();

  /** Tries a plugin before it serves. */
  public interface PluginTrial {
    /**
     * Calls the plugin on the present state and drops the answer.
     *
     * @param settings under which it would serve
     * @throws PluginFault if it failed
     */
    void run(String kind, String name, Map<String, String> settings) throws PluginFault;
  }

  /** A call of a plugin. */
  public interface Call<P, R> {
    R on(P plugin) throws Exception;
  }

  /** Sets how plugins are tried before they serve. */
  public void trial(PluginTrial newTrial) {
    trial = newTrial;
  }

  /** Has {@code listener} called whenever another plugin may serve. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Has it no more called. */
  public void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** A plugin has come. One of the same kind and name that was there is replaced. */
  public void add(String kind, String name, String version, Object plugin) {
    Entry entry = new Entry(kind, name, version, plugin);
    Entry before = entries.put(entry.key(), entry);
    if (before != null) {
      before.lease.close(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
    LOG.info("Plugin {} {} is there", entry.key(), version);
    changed();
  }

  /** A plugin goes. Returns when no call of it is in flight any more, at most after ten seconds. */
  public void remove(String kind, String name, Object plugin) {
    Entry entry = entries.get(kind + "/" + name);
    if (entry == null || entry.lease.plugin() != plugin) {
      return;
    }
    entries.remove(entry.key(), entry);
    if (!entry.lease.close(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("Plugin {} goes although a call of it hasn't come back", entry.key());
    }
    LOG.info("Plugin {} is gone", entry.key());
    changed();
  }

  /**
   * Takes over which plugins the configuration names. Other settings are another chance for one
   * that failed under those before.
   */
  public void configure(Map<String, String> settings) {
    boolean others = !settings.equals(inForce);
    inForce = Map.copyOf(settings);
    for (Kind kind : Kind.ALL) {
      String name = nameIn(settings, kind);
      boolean another = !name.equals(configured.put(kind.name(), name));
      if (another) {
        wanted.put(kind.name(), name);
      }
      Entry entry = entries.get(kind.name() + "/" + name);
      if (entry != null && (another || others)) {
        entry.quarantine(false);
      }
    }
    changed();
  }

  /** Lets plugins serve again whose faults weren't theirs. */
  public void pardon(Kind kind, Set<String> names) {
    for (String name : names) {
      Entry entry = entries.get(kind.name() + "/" + name);
      if (entry != null) {
        entry.quarantine(false);
      }
    }
    changed();
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  /** Says whether a plugin of that name is there and not quarantined. */
  public boolean usable(String kind, String name) {
    Entry entry = entries.get(kind + "/" + name);
    return entry != null && !entry.quarantined();
  }

  /** Name of the plugin that serves, or null. */
  public String serving(Kind kind) {
    Entry entry = serving(kind.name());
    return entry == null ? null : entry.name;
  }

  private Entry serving(String kind) {
    String name = wanted.get(kind);
    Entry entry = name == null ? null : entries.get(kind + "/" + name);
    if (entry == null || !entry.quarantined()) {
      return entry;
    }
    List<String> candidates = new ArrayList<>();
    candidates.addAll(lastGood.getOrDefault(kind, List.of()));
    Kind.ALL.stream()
        .filter(known -> known.name().equals(kind))
        .forEach(known -> candidates.addAll(known.fallbacks()));
    return candidates.stream()
        .map(candidate -> entries.get(kind + "/" + candidate))
        .filter(candidate -> candidate != null && !candidate.quarantined())
        .findFirst()
        .orElse(null);
  }

  /**
   * Calls the plugin that serves. Where the call throws a {@link PartFault}, a fault is counted and
   * the rest of the answer returned.
   *
   * @throws PluginFault if there is none, or its call failed, which is counted
   */
  public <P, R> R call(Kind kind, Class<P> type, Call<P, R> call) throws PluginFault {
    for (int attempt = 0; ; attempt++) {
      Entry entry = serving(kind.name());
      if (entry == null) {
        throw new PluginFault(
            "no plugin " + kind.name() + "/" + wanted.get(kind.name()) + " is there");
      }
      if (entry.lease.enter()) {
        return call(entry, type, call);
      }
      if (attempt > 1000) {
        throw new PluginFault("plugin " + entry.key() + " is going");
      }
      Thread.onSpinWait();
    }
  }

  /** Calls one plugin by name, whether it serves or not, such as a kind of generic resource. */
  public <P, R> R callNamed(String kind, String name, Class<P> type, Call<P, R> call)
      throws PluginFault {
    Entry entry = entries.get(kind + "/" + name);
    if (entry == null || !entry.lease.enter()) {
      throw new PluginFault("no plugin " + kind + "/" + name + " is there");
    }
    return call(entry, type, call);
  }

  private <P, R> R call(Entry entry, Class<P> type, Call<P, R> call) throws PluginFault {
    CallChain chain = chains.computeIfAbsent(Thread.currentThread(), thread -> new CallChain());
    chain.enter(entry);
    R result = null;
    Throwable failure = null;
    try {
      result = call.on(type.cast(entry.lease.plugin()));
    } catch (Exception | Error e) {
      failure = e;
    }
    long took = chain.leave();
    if (took < 0) {
      throw new PluginFault("plugin " + entry.key() + " came back too late", failure);
    }
    boolean outermost = chain.isEmpty();
    if (outermost) {
      chains.remove(Thread.currentThread());
    }
    if (failure == null) {
      entry.succeeded(took);
      chain.succeeded(entry);
      if (outermost) {
        chain.faultless().forEach(this::didWell);
      }
      return result;
    }
    if (failure instanceof InnerFault) {
      throw new PluginFault(
          "plugin " + entry.key() + " could not answer: " + failure.getMessage(), failure);
    }
    chain.failed(entry);
    fault(entry, took, failure instanceof PluginFault ? failure.getMessage() : failure.toString());
    if (failure instanceof PartFault part) {
      @SuppressWarnings("unchecked")
      R rest = (R) part.rest();
      return rest;
    }
    throw new PluginFault("plugin " + entry.key() + " failed: " + failure.getMessage(), failure);
  }

  private void didWell(Entry entry) {
    entry.doesWell();
    if (entry.name.equals(wanted.get(entry.kind))) {
      lastGood.compute(entry.kind, (kind, names) -> withFirst(entry.name, names));
    }
  }

  private static List<String> withFirst(String name, List<String> names) {
    if (names == null) {
      return List.of(name);
    }
    if (names.get(0).equals(name)) {
      return names;
    }
    List<String> changed = new ArrayList<>(names);
    changed.remove(name);
    changed.add(0, name);
    return List.copyOf(changed);
  }

  /**
   * Gives up a thread that didn't come back from a plugin: the plugin can be replaced at once, and
   * what it may answer later doesn't count. Counts a fault of the plugin that hangs.
   *
   * @param patienceMillis how long the thread was waited for
   * @return kind and name of that plugin, or null if the thread is in no call
   */
  public String writeOff(Thread thread, long patienceMillis) {
    CallChain chain = chains.remove(thread);
    Entry culprit =
        chain == null ? null : chain.writeOff(TimeUnit.MILLISECONDS.toNanos(patienceMillis));
    if (culprit == null) {
      return null;
    }
    fault(
        culprit,
        TimeUnit.MILLISECONDS.toNanos(patienceMillis),
        "no answer within " + patienceMillis + " ms");
    return culprit.key();
  }

  private void fault(Entry entry, long nanos, String why) {
    int inRow = entry.failed(nanos, why);
    LOG.warn("Plugin {} failed ({} in a row): {}", entry.key(), inRow, why);
    if (inRow >= MAX_FAULTS && !entry.quarantined() && !MANDATORY.contains(entry.kind)) {
      entry.quarantine(true);
      Entry next = serving(entry.kind);
      LOG.error(
          "Plugin {} is quarantined after {} faults in a row; {} serves",
          entry.key(),
          inRow,
          next == null ? "nothing" : next.key());
      changed();
    }
  }

  @Override
  public List<PluginStatus> list() {
    Map<String, PluginStatus> all = new HashMap<>();
    entries.forEach((key, entry) -> all.put(key, entry.status(stateOf(entry))));
    wanted.forEach(
        (kind, name) -> {
          if (!name.equals(Kind.NONE)) {
            all.computeIfAbsent(
                kind + "/" + name,
                key -> new Entry(kind, name, "", null).status(PluginStatus.State.MISSING));
          }
        });
    return all.values().stream()
        .sorted(Comparator.comparing(PluginStatus::kind).thenComparing(PluginStatus::name))
        .toList();
  }

  private PluginStatus.State stateOf(Entry entry) {
    if (entry.quarantined()) {
      return PluginStatus.State.QUARANTINED;
    }
    if (serving(entry.kind) == entry || !wanted.containsKey(entry.kind)) {
      return PluginStatus.State.ACTIVE;
    }
    return entry.name.equals(shadows.get(entry.kind))
        ? PluginStatus.State.SHADOW
        : PluginStatus.State.AVAILABLE;
  }

  @Override
  public void choose(String kind, String name) {
    Entry entry = existing(kind, name);
    try {
      tryOut(entry);
    } catch (PluginFault e) {
      throw new IllegalArgumentException(
          "plugin " + kind + "/" + name + " stays out: " + e.getMessage(), e);
    }
    entry.quarantine(false);
    wanted.put(kind, name);
    shadows.remove(kind, name);
    LOG.info("Plugin {}/{} serves from now on", kind, name);
    changed();
  }

  /** One that serves already proves itself with every call. */
  private void tryOut(Entry entry) throws PluginFault {
    if (serving(entry.kind) != entry) {
      trial.run(entry.kind, entry.name, inForce);
    }
  }

  /**
   * Tries the plugins that would serve under these settings, if they don't yet or there are other
   * settings for them.
   *
   * @throws PluginFault if one is there and failed; the message names its setting
   */
  public void tryOut(Map<String, String> settings) throws PluginFault {
    for (Kind kind : Kind.ALL) {
      String name = nameIn(settings, kind);
      Entry entry = entries.get(kind.name() + "/" + name);
      boolean another = !name.equals(configured.get(kind.name()));
      if (entry == null
          || (another ? serving(kind.name()) == entry : settings.equals(inForce))
          || (!another && entry.quarantined())) {
        continue;
      }
      try {
        trial.run(entry.kind, entry.name, settings);
      } catch (PluginFault e) {
        throw new PluginFault(
            kind.key() + "=" + entry.key() + " can't be used: " + e.getMessage(), e);
      }
    }
  }

  private static String nameIn(Map<String, String> settings, Kind kind) {
    String setting = settings.get(kind.key());
    return setting == null || setting.isEmpty() ? kind.fallbacks().get(0) : Kind.nameOf(setting);
  }

  private Entry existing(String kind, String name) {
    if (Kind.ALL.stream().noneMatch(known -> known.name().equals(kind))) {
      throw new IllegalArgumentException(
          "no kind "
              + kind
              + "; there are "
              + String.join(", ", Kind.ALL.stream().map(Kind::name).toList()));
    }
    Entry entry = entries.get(kind + "/" + name);
    if (entry == null) {
      throw new IllegalArgumentException("no plugin " + kind + "/" + name + "; " + thereAre(kind));
    }
    return entry;
  }

  private String thereAre(String kind) {
    return "there are "
        + String.join(
            ", ",
            entries.values().stream()
                .filter(candidate -> candidate.kind.equals(kind))
                .map(candidate -> candidate.name)
                .sorted()
                .toList());
  }

  /** A warning about each plugin that these settings name and that isn't there. */
  public List<String> missing(Map<String, String> settings) {
    List<String> warnings = new ArrayList<>();
    for (Kind kind : Kind.ALL) {
      String name = nameIn(settings, kind);
      String plugin = kind.name() + "/" + name;
      if (!name.equals(Kind.NONE) && !entries.containsKey(plugin)) {
        warnings.add(
            "warning: %s=%s is not installed, and what it is for pauses until it is; %s"
                .formatted(kind.key(), plugin, thereAre(kind.name())));
      }
    }
    return warnings;
  }

  @Override
  public void shadow(String kind, String name) {
    if (!name.isEmpty()) {
      existing(kind, name);
    }
    if (SHADOWED.stream().noneMatch(shadowed -> shadowed.name().equals(kind))) {
      throw new IllegalArgumentException(
          "a plugin of kind "
              + kind
              + " can't run in shadow; those of "
              + String.join(", ", SHADOWED.stream().map(Kind::name).toList())
              + " can");
    }
    if (name.isEmpty()) {
      shadows.remove(kind);
      return;
    }
    shadows.put(kind, name);
    shadowRecords.put(kind, new ShadowRecord(name));
    changed();
  }

  /** Name of the plugin that runs beside the one that serves, or null. */
  public String shadow(Kind kind) {
    String name = shadows.get(kind.name());
    return name != null && usable(kind.name(), name) && !name.equals(serving(kind)) ? name : null;
  }

  /** Whether a plugin of any kind runs beside the one that serves. */
  public boolean shadowing() {
    return Kind.ALL.stream().anyMatch(kind -> shadow(kind) != null);
  }

  /** Where comparisons with the plugin in shadow are kept, or null. */
  public ShadowRecord shadowRecord(Kind kind) {
    return shadows.containsKey(kind.name()) ? shadowRecords.get(kind.name()) : null;
  }

  @Override
  public List<String> shadowReport(String kind) {
    ShadowRecord shadow = shadowRecords.get(kind);
    return shadow == null ? List.of() : shadow.report();
  }

  /**
   * True where no plugin of the kind serves and nothing has to wait for one: that is wanted, or it
   * is what takes over from one that is quarantined.
   */
  public boolean without(Kind kind) {
    String name = wanted.get(kind.name());
    Entry entry = entries.get(kind.name() + "/" + name);
    boolean out = entry != null && entry.quarantined() && kind.fallbacks().contains(Kind.NONE);
    return (name == null || name.equals(Kind.NONE) || out) && serving(kind) == null;
  }

  /** Kinds and the names of the plugins that serve. */
  public Map<String, String> serving() {
    Map<String, String> serving = new LinkedHashMap<>();
    for (Kind kind : Kind.ALL) {
      String name = serving(kind);
      if (name != null) {
        serving.put(kind.name(), name);
      }
    }
    return serving;
  }
}
