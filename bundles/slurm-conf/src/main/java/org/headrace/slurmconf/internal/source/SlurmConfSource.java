package org.headrace.slurmconf.internal.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.ConfigurationResult;
import org.headrace.slurmconf.Problem;
import org.headrace.slurmconf.SlurmConf;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Reads the cluster's definition from {@code slurm.conf} and the files beside it. The file is the
 * one that the system property {@code headrace.conf} names, else the one that {@code SLURM_CONF}
 * names, else {@code /etc/slurm/slurm.conf}. Which of several controllers this process is, the
 * property {@code headrace.node} says, else the name of the host.
 */
@Component(service = ConfigurationSource.class)
public final class SlurmConfSource implements ConfigurationSource {
  private final Path file;
  private final String name;
  private final Map<String, String> changes;
  private final String changesName;

  @Activate
  public SlurmConfSource() {
    this(located(), named());
  }

  /**
   * @param name which controller this process is
   */
  public SlurmConfSource(Path file, String name) {
    this(file, name, Map.of(), "");
  }

  /**
   * A file as if it had other settings.
   *
   * @param name which controller this process is
   * @param changes cluster-level settings by key, in place of the file's
   * @param changesName how messages call where the changes come from
   */
  public SlurmConfSource(Path file, String name, Map<String, String> changes, String changesName) {
    this.file = file;
    this.name = name;
    this.changes = Map.copyOf(changes);
    this.changesName = changesName;
  }

  private static String named() {
    String given = System.getProperty("headrace.node", "");
    return given.isEmpty() ? hostName() : given;
  }

  private static Path located() {
    String named = System.getProperty("headrace.conf", "");
    return named.isEmpty() ? SlurmConf.locate(System.getenv()) : Path.of(named);
  }

  @Override
  public Loaded load() throws ConfigurationInvalid {
    ConfigurationResult result = SlurmConf.load(file, hostName(), changes, changesName);
    List<String> warnings = result.warnings().stream().map(Problem::toString).toList();
    if (result instanceof ConfigurationResult.Refused refused) {
      // What was ignored may be why something else is missing.
      throw new ConfigurationInvalid(
          Stream.concat(refused.errors().stream().map(Problem::toString), warnings.stream())
              .toList());
    }
    ClusterConfiguration configuration = ((ConfigurationResult.Accepted) result).configuration();
    return new Loaded(DefinitionBuilder.build(configuration), controllers(configuration), warnings);
  }

  /** The only controller may have any name, as it always could. */
  private Controllers controllers(ClusterConfiguration configuration) throws ConfigurationInvalid {
    int port = configuration.endpoints().slurmctldPort();
    List<ControllerMember> members =
        configuration.identity().controllers().stream()
            .map(host -> new ControllerMember(host.name(), host.address(), port))
            .toList();
    if (members.size() == 1) {
      return Controllers.alone(members.get(0));
    }
    for (int i = 0; i < members.size(); i++) {
      if (withoutDomain(members.get(i).name()).equalsIgnoreCase(withoutDomain(name))) {
        return new Controllers(members, i);
      }
    }
    throw new ConfigurationInvalid(
        List.of(
            file
                + ": no SlurmctldHost line is for "
                + name
                + ", only for "
                + members.stream().map(ControllerMember::name).collect(Collectors.joining(", "))
                + "; start slurmctld on one of these hosts, or with -N and one of these names"));
  }

  private static String withoutDomain(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  private static String hostName() {
    try {
      return withoutDomain(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
