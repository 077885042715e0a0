package org.headrace.shell.internal;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;

/** Completes from what the controller knows at the moment; with nothing while it isn't up. */
abstract class ServiceCompleter implements Completer {
  @Reference BundleContext context;
  ControllerServices services;

  /**
   * What may stand here.
   *
   * @param before the words of the line before this one, the command's name first
   */
  abstract Stream<String> candidates(ControllerServices controller, List<String> before);

  @Override
  public final int complete(Session session, CommandLine line, List<String> candidates) {
    if (services == null) {
      services = ControllerServices.of(context);
    }
    List<String> words = Arrays.asList(line.getArguments());
    int at = Math.min(Math.max(0, line.getCursorArgumentIndex()), words.size());
    StringsCompleter delegate = new StringsCompleter();
    candidates(services, words.subList(0, at)).forEach(delegate.getStrings()::add);
    return delegate.complete(session, line, candidates);
  }
}
