package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.headrace.slurmconf.ClusterSettings;
import org.headrace.slurmconf.ClusterSettings.Configured;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.internal.ConfigLine.Setting;
import org.headrace.slurmconf.internal.KeyTable.Key;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * Reads the cluster-level keys and checks each value against its type, so that the typed records
 * can be made without further checks.
 */
final class ClusterReader {
  private final Diagnostics diagnostics;
  private final Map<String, Configured> configured = new LinkedHashMap<>();
  private final List<String> hosts = new ArrayList<>();
  private Position lastHost;
  private final Set<String> replaced = new HashSet<>();
  private final Map<String, Configured> old = new LinkedHashMap<>();

  ClusterReader(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** Settings that count whatever the lines say. */
  void instead(List<Setting> settings) {
    for (Setting setting : settings) {
      Key key = KeyTable.get().find(setting.key());
      String wrong = wrong(setting, key);
      if (!wrong.isEmpty()) {
        diagnostics.error(setting.position(), wrong);
      } else {
        setting(setting, key);
        replaced.add(key.name());
      }
    }
  }

  private static String wrong(Setting setting, Key key) {
    if (isUnknown(key)) {
      return "unknown key "
          + TextFormatException.quote(setting.key())
          + Spelling.hint(setting.key(), KeyTable.get().names());
    }
    if (key.isGone()) {
      return key.name() + " is obsolete and has no effect";
    }
    return key.successor().isEmpty() ? "" : key.name() + " is deprecated; use " + key.successor();
  }

  void line(ConfigLine line) {
    line.settings().forEach(this::setting);
  }

  private static boolean isUnknown(Key key) {
    return key == null || key.shown().equals("run") && !key.name().equals("SlurmctldHost");
  }

  private void setting(Setting setting) {
    Key key = KeyTable.get().find(setting.key());
    if (key != null && (replaced.contains(key.name()) || replaced.contains(key.successor()))) {
      return;
    }
    if (key == null && diagnostics.isFullOfWarnings()) {
      return;
    }
    if (isUnknown(key)) {
      diagnostics.warning(
          setting.position(),
          "unknown key "
              + TextFormatException.quote(setting.key())
              + " is ignored"
              + Spelling.hint(setting.key(), KeyTable.get().names()));
      return;
    }
    setting(setting, key);
  }

  private void setting(Setting setting, Key key) {
    Configured value = new Configured(setting.value(), setting.position());
    if (key.isGone()) {
      diagnostics.warning(
          setting.position(), key.name() + " is obsolete and has no effect; remove it");
      configured.put(key.name(), value);
    } else if (!key.successor().isEmpty()) {
      diagnostics.warning(
          setting.position(), key.name() + " is deprecated; use " + key.successor());
      old.put(key.name(), value);
    } else if (key.name().equals("SlurmctldHost")) {
      host(setting);
    } else if (check(key, value)) {
      if (key.isInert(setting.value())) {
        diagnostics.warning(setting.position(), key.name() + " has no effect yet");
      }
      Configured before = configured.put(key.name(), value);
      if (before != null) {
        diagnostics.warning(
            setting.position(),
            key.name() + " is already given at " + before.position() + "; the value here counts");
      }
    }
  }

  private void host(Setting setting) {
    if (setting.value().matches("[A-Za-z0-9_.:-]{1,255}(\\([A-Za-z0-9_.:%\\[\\]-]{1,255}\\))?")) {
      hosts.add(setting.value());
      lastHost = setting.position();
    } else {
      diagnostics.error(
          setting.position(),
          "SlurmctldHost "
              + TextFormatException.quote(setting.value())
              + " is not a host name, or name(address)");
    }
  }

  private boolean check(Key key, Configured value) {
    try {
      checkType(key, value.value());
      return true;
    } catch (TextFormatException e) {
      diagnostics.error(value.position(), key.name() + ": " + e.getMessage());
      return false;
    }
  }

  private static void checkType(Key key, String value) {
    String[] type = key.type().split(":");
    switch (type[0]) {
      case "int" -> Values.integer(value, Long.parseLong(type[1]), Long.parseLong(type[2]));
      case "flag" -> Values.flag(value);
      case "seconds" -> Values.seconds(value);
      case "minutes" -> SlurmDuration.parseMinutes(value);
      case "duration" -> SlurmDuration.parseSeconds(value);
      case "memory" -> {
        if (!SlurmDuration.isInfinite(value)) {
          Sizes.parseMemory(value);
        }
      }
      case "ports" -> Ports.parse(value);
      case "level" -> Levels.name(value);
      case "user" -> {
        if (!value.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,254}\\$?")) {
          throw new TextFormatException(
              TextFormatException.quote(value) + " is not a user's name or number");
        }
      }
      case "path" -> {
        if (!value.isEmpty() && !value.startsWith("/") && !isRelativeAllowed(key)) {
          throw new TextFormatException(
              TextFormatException.quote(value) + " is not a full path; it must begin with /");
        }
      }
      case "enum" -> checkEnum(type[1].split(","), value);
      default -> {
        // text and list take anything.
      }
    }
  }

  /** Hooks are looked up in the configuration's folder when they have no slash, as in Slurm. */
  private static boolean isRelativeAllowed(Key key) {
    return !key.name().equals("StateSaveLocation") && !key.name().equals("SlurmdSpoolDir");
  }

  private static void checkEnum(String[] allowed, String value) {
    for (String choice : allowed) {
      if (choice.equalsIgnoreCase(value)) {
        return;
      }
    }
    throw new TextFormatException(
        TextFormatException.quote(value) + " is not one of " + String.join(", ", allowed));
  }

  /** Moves what older names gave to the keys that replaced them, and checks what must be there. */
  ClusterSettings finish(Position file) {
    oldHost("ControlMachine", "ControlAddr", true);
    oldHost("BackupController", "BackupAddr", false);
    move("CryptoType", "CredType", value -> value.replace("crypto/", "cred/"));
    move("JobContainerType", "NamespaceType", value -> value.replace("job_container", "namespace"));
    move("SbcastParameters", "BcastParameters", value -> value);
    move("TopologyType", "TopologyPlugin", value -> value);
    move("KeepAliveTime", "CommunicationParameters", value -> "keepalivetime=" + value);
    Configured name = configured.get("ClusterName");
    if (name == null) {
      diagnostics.error(file, "ClusterName is missing; add ClusterName=<name>");
    } else if (!name.value().matches("[A-Za-z0-9][A-Za-z0-9_-]{0,39}")) {
      diagnostics.error(
          name.position(),
          "ClusterName "
              + TextFormatException.quote(name.value())
              + " may hold at most 40 letters, digits, _ and -");
    }
    if (hosts.isEmpty()) {
      diagnostics.error(file, "SlurmctldHost is missing; add SlurmctldHost=<host>(<address>)");
    }
    checkMembers();
    return new ClusterSettings(configured, hosts);
  }

  /** Each SlurmctldHost is a member of one log, which needs more than half of them. */
  private void checkMembers() {
    if (hosts.stream().map(host -> host.replaceFirst("\\(.*", "")).distinct().count() < hosts.size()
        || hosts.stream().map(ClusterReader::address).distinct().count() < hosts.size()) {
      diagnostics.error(
          lastHost, "SlurmctldHost: two controllers have the same name or the same address");
    }
    if (hosts.size() == 2) {
      diagnostics.error(
          lastHost,
          "two SlurmctldHost lines: neither of two controllers could tell whether the other is gone"
              + " or only cut off; take one, or three");
    } else if (!hosts.isEmpty() && hosts.size() % 2 == 0) {
      diagnostics.error(
          lastHost,
          hosts.size()
              + " SlurmctldHost lines: "
              + hosts.size()
              + " controllers survive the loss of no more than "
              + (hosts.size() - 1)
              + " do; take an odd number");
    }
  }

  private static String address(String host) {
    int open = host.indexOf('(');
    return open < 0 ? host : host.substring(open + 1, host.length() - 1);
  }

  private void oldHost(String nameKey, String addressKey, boolean first) {
    Configured name = old.get(nameKey);
    Configured address = old.get(addressKey);
    if (name == null) {
      return;
    }
    if (first && !hosts.isEmpty()) {
      diagnostics.warning(name.position(), nameKey + " is ignored beside SlurmctldHost");
      return;
    }
    String host = address == null ? name.value() : name.value() + "(" + address.value() + ")";
    host(new Setting("SlurmctldHost", host, name.position()));
  }

  private void move(String from, String to, UnaryOperator<String> change) {
    Configured value = old.get(from);
    if (value != null && !configured.containsKey(to)) {
      configured.put(to, new Configured(change.apply(value.value()), value.position()));
    }
  }
}
