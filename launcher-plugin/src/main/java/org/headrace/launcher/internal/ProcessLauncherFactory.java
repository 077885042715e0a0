package org.headrace.launcher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.LauncherFactory;
import org.headrace.api.launcher.LauncherSettings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Opens launchers that run steps as real processes of this machine. */
@Component(service = LauncherFactory.class, property = "headrace.plugin=launcher/process")
public final class ProcessLauncherFactory implements LauncherFactory {

  /** System property that names the supervisor program itself. */
  static final String STEPD_PROPERTY = "headrace.stepd";

  /** System property that names the distribution, whose {@code sbin} holds the supervisor. */
  static final String HOME_PROPERTY = "headrace.home";

  private final String stepd;
  private final String home;

  /** Takes the supervisor's place from the system properties. */
  @Activate
  public ProcessLauncherFactory() {
    this(System.getProperty(STEPD_PROPERTY, ""), System.getProperty(HOME_PROPERTY, ""));
  }

  ProcessLauncherFactory(String stepd, String home) {
    this.stepd = stepd;
    this.home = home;
  }

  @Override
  public Launcher open(LauncherSettings settings) throws IOException {
    return new ProcessLauncher(settings, findStepd());
  }

  private Path findStepd() throws IOException {
    List<Path> candidates = new ArrayList<>();
    if (!stepd.isEmpty()) {
      candidates.add(Path.of(stepd));
    } else if (!home.isEmpty()) {
      candidates.add(Path.of(home, "sbin", "headrace-stepd"));
    }
    for (Path candidate : candidates) {
      if (Files.isExecutable(candidate)) {
        return candidate.toAbsolutePath();
      }
    }
    throw new IOException(
        "the step supervisor headrace-stepd is not executable at "
            + (candidates.isEmpty() ? "any known place" : candidates.get(0))
            + "; set system property "
            + STEPD_PROPERTY
            + " to it, or "
            + HOME_PROPERTY
            + " to the directory whose sbin/ holds it");
  }
}
