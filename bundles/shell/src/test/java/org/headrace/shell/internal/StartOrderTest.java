package org.headrace.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.karaf.features.DeploymentEvent;
import org.apache.karaf.features.DeploymentListener;
import org.apache.karaf.features.FeaturesService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;

class StartOrderTest {
  @TempDir Path directory;

  private final Map<String, Integer> levels = new LinkedHashMap<>();
  private final AtomicReference<DeploymentListener> listener = new AtomicReference<>();

  private static <T> T fake(Class<T> type, InvocationHandler answers) {
    Object made = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers);
    return type.cast(made);
  }

  private Bundle bundle(String location) {
    BundleStartLevel level =
        fake(
            BundleStartLevel.class,
            (proxy, method, arguments) -> {
              if (method.getName().equals("setStartLevel")) {
                levels.put(location, (Integer) arguments[0]);
                return null;
              }
              return levels.get(location);
            });
    return fake(
        Bundle.class,
        (proxy, method, arguments) -> method.getName().equals("adapt") ? level : location);
  }

  private StartOrder order(String startup) throws Exception {
    Path file = Files.writeString(directory.resolve("startup.properties"), startup);
    Bundle[] bundles = levels.keySet().stream().map(this::bundle).toArray(Bundle[]::new);
    BundleContext context = fake(BundleContext.class, (proxy, method, arguments) -> bundles);
    FeaturesService features =
        fake(
            FeaturesService.class,
            (proxy, method, arguments) -> {
              boolean registers = method.getName().equals("registerListener");
              listener.set(registers ? (DeploymentListener) arguments[0] : null);
              return null;
            });
    return new StartOrder(context, features, file);
  }

  @Test
  void whatAFeatureChangedIsPutBackAndTheRestLeftAlone() throws Exception {
    levels.put("mvn:org.example/shell/1", 30);
    levels.put("mvn:org.example/controller/1", 65);
    levels.put("mvn:com.example/plugin/1", 80);
    StartOrder order =
        order("mvn\\:org.example/shell/1 = 90\nmvn\\:org.example/controller/1 = 65\n");
    listener.get().deploymentEvent(DeploymentEvent.BUNDLES_RESOLVED);
    assertThat(levels).containsEntry("mvn:org.example/shell/1", 30);
    listener.get().deploymentEvent(DeploymentEvent.DEPLOYMENT_FINISHED);
    assertThat(levels.values()).containsExactly(90, 65, 80);
    order.stop();
    assertThat(listener.get()).isNull();
  }

  @Test
  void aFileThatSaysNothingUsefulCostsNothingElse() throws Exception {
    levels.put("mvn:org.example/shell/1", 30);
    order("mvn\\:org.example/shell/1 = ninety\n");
    listener.get().deploymentEvent(DeploymentEvent.DEPLOYMENT_FINISHED);
    assertThat(levels.values()).containsExactly(30);
  }
}
