package org.headrace.signals.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class DaemonSignalsTest {
  private static final String FILE = "log4j2.appender.file.fileName";

  private final List<String> done = new ArrayList<>();
  private Dictionary<String, Object> log = new Hashtable<>();
  private final DaemonSignals signals = new DaemonSignals(admin());

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            DaemonSignalsTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @SuppressWarnings("unchecked")
  private ConfigurationAdmin admin() {
    Configuration configuration =
        fake(
            Configuration.class,
            (proxy, method, arguments) -> {
              if (method.getName().equals("update")) {
                log = (Dictionary<String, Object>) arguments[0];
                done.add("log " + log.get(FILE));
                return null;
              }
              return log;
            });
    return fake(ConfigurationAdmin.class, (proxy, method, arguments) -> configuration);
  }

  private Control control() {
    return fake(
        Control.class,
        (proxy, method, arguments) -> {
          done.add(method.getName() + " for " + ((Actor) arguments[0]).user());
          return CompletableFuture.completedFuture(new Outcome.Done(List.of()));
        });
  }

  @Test
  void hangUpHasTheConfigurationReadAgainWhereThisControllerLeads() {
    signals.control = control();
    signals.hangUp();
    assertThat(done).containsExactly("reconfigure for root");
  }

  @Test
  void elsewhereHangUpEndsNothing() {
    signals.hangUp();
    assertThat(done).isEmpty();
  }

  @Test
  void theLogGoesOnUnderAnotherNameOfTheSameFileByTurns() {
    log.put(FILE, "/var/log/slurmctld.log");
    signals.reopen();
    signals.reopen();
    assertThat(done).containsExactly("log /var/log/./slurmctld.log", "log /var/log/slurmctld.log");
  }

  @Test
  void aLogThatIsNoFileIsLeftAlone() {
    signals.reopen();
    assertThat(done).isEmpty();
  }

  @Test
  void shortNamesHaveAnotherTooAndItIsTheSameFile() {
    for (String name : List.of("x", "./x", "/x", "/./x", "a/x")) {
      String other = LogFile.otherName(name);
      assertThat(other).isNotEqualTo(name);
      assertThat(java.nio.file.Path.of(other).normalize())
          .isEqualTo(java.nio.file.Path.of(name).normalize());
    }
  }
}
