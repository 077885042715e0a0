package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.MemberProbe;
import org.headrace.control.Operations;
import org.headrace.control.Verbosity;
import org.headrace.control.definition.ConfigurationListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.plugin.Plugins;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows and changes the state of the cluster. Puts the configured debug flags into force, too. */
@Component(
    service = {UserCommand.class, ConfigurationListener.class},
    immediate = true)
public final class ScontrolCommand implements UserCommand, ConfigurationListener {
  private static final Logger LOG = LoggerFactory.getLogger(ScontrolCommand.class);

  private final Control control;
  private final Plugins plugins;
  private final Verbosity verbosity;
  private final Operations operations;
  private final DebugFlags debugFlags;
  private final Clock clock;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile MemberProbe probe;

  @Reference(
      target = "(headrace.plugin=auth/jwt)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile TokenAuthority tokens;

  @Activate
  public ScontrolCommand(
      @Reference Control control,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          Plugins plugins,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          Verbosity verbosity,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          Operations operations) {
    this(
        new Around(
            control, plugins, null, verbosity, operations, new DebugFlags(), Clock.systemUTC()));
    inForce(control.snapshot().definition().settings());
  }

  /** In given surroundings. */
  public ScontrolCommand(Around around) {
    control = around.control();
    plugins = around.plugins();
    probe = around.probe();
    tokens = around.tokens();
    verbosity = around.verbosity();
    operations = around.operations();
    debugFlags = around.debugFlags();
    clock = around.clock();
  }

  @Override
  public void inForce(Map<String, String> settings) {
    try {
      debugFlags.reset(DebugFlags.configured(settings), verbosity);
    } catch (IOException e) {
      LOG.warn("DebugFlags are not in force: {}", e.getMessage());
    }
  }

  @Override
  public String name() {
    return "scontrol";
  }

  @Override
  public String summary() {
    return "Shows and changes jobs, nodes, partitions and the configuration";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    Around around =
        new Around(control, plugins, probe, verbosity, operations, debugFlags, clock, tokens);
    return CommandFrame.run(invocation, 1, () -> new ScontrolRun(around, invocation).run());
  }
}
