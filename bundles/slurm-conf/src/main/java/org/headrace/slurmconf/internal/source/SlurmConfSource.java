package org.headrace.slurmconf.internal.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.slurmconf.ConfigurationResult;
import org.headrace.slurmconf.Problem;
import org.headrace.slurmconf.SlurmConf;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Reads the cluster's definition from {@code slurm.conf} and the files beside it. The file is the
 * one that the system property {@code headrace.conf} names, else the one that {@code SLURM_CONF}
 * names, else {@code /etc/slurm/slurm.conf}.
 */
@Component(service = ConfigurationSource.class)
public final class SlurmConfSource implements ConfigurationSource {
  private final Path file;

  @Activate
  public SlurmConfSource() {
    this(located());
  }

  public SlurmConfSource(Path file) {
    this.file = file;
  }

  private static Path located() {
    String named = System.getProperty("headrace.conf", "");
    return named.isEmpty() ? SlurmConf.locate(System.getenv()) : Path.of(named);
  }

  @Override
  public Loaded load() throws ConfigurationInvalid {
    ConfigurationResult result = SlurmConf.load(file, hostName());
    List<String> warnings = result.warnings().stream().map(Problem::toString).toList();
    if (result instanceof ConfigurationResult.Refused refused) {
      throw new ConfigurationInvalid(refused.errors().stream().map(Problem::toString).toList());
    }
    return new Loaded(
        DefinitionBuilder.build(((ConfigurationResult.Accepted) result).configuration()), warnings);
  }

  private static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      int dot = name.indexOf('.');
      return dot < 0 ? name : name.substring(0, dot);
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
