package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.launcher.LauncherFactory;
import org.headrace.api.model.NodeHardware;
import org.headrace.testkit.Ports;
import org.headrace.transport.NodeLinks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A real agent with the real launcher and link, and a controller's end to talk to it. */
abstract class AgentHarness {
  Path root;
  Path work;
  final Map<String, String> settings = new HashMap<>(Map.of("KillWait", "1"));
  MessageSigner signer;
  TestController controller;
  NodeAgent agent;
  int controllerPort;
  int nodePort;
  private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(1);
  private final ExecutorService hookThreads = Executors.newCachedThreadPool();
  private int links;

  @BeforeEach
  void prepare() throws Exception {
    root = Files.createTempDirectory("hra");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    work = Files.createDirectory(root.resolve("work"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path key = Files.writeString(root.resolve("key"), "0123456789abcdef0123456789abcdef");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    signer = instance(MessageSigner.class, "org.headrace.authkey.internal.KeySigner");
    signer.open(Map.of("HeadraceKeyFile", key.toString()));
    controllerPort = Ports.free();
    nodePort = Ports.free();
  }

  /** The plugins are other modules' internals; only their service types are known here. */
  private static <T> T instance(Class<T> type, String name) throws ReflectiveOperationException {
    return type.cast(Class.forName(name).getConstructor().newInstance());
  }

  void startController() {
    controller =
        new TestController(
            root.resolve("c" + ++links).toString(), controllerPort, nodePort, signer, settings);
  }

  void startAgent() throws Exception {
    LauncherFactory launchers =
        instance(LauncherFactory.class, "org.headrace.launcher.internal.ProcessLauncherFactory");
    agent =
        NodeAgent.start(
            agentSettings(),
            new NodeAgent.Surroundings(
                launchers,
                AeronLink.signedBy(signer),
                name -> null,
                names -> String.join(",", names),
                threads,
                hookThreads,
                new HomeCluster("/etc/test.conf", ""),
                "1.2.3",
                () -> {}));
  }

  AgentSettings agentSettings() {
    return new AgentSettings(
        "n1",
        "127.0.0.1",
        nodePort,
        List.of(new NodeLinks.Address("127.0.0.1", controllerPort)),
        root.resolve("spool").toString(),
        root.resolve("a" + ++links).toString(),
        new NodeHardware(1, 1, 64, 1, 1000, 0),
        true,
        List.of(),
        List.of(),
        false,
        false,
        false,
        "",
        TopologyAddress.flat("n1"),
        settings);
  }

  void startBoth() throws Exception {
    startController();
    startAgent();
    controller.await(org.headrace.protocol.node.FromNode.Register.class);
  }

  Orders orders() {
    Orders orders = new Orders();
    orders.workDirectory = work.toString();
    return orders;
  }

  Path script(String name, String text) throws IOException {
    Path file = Files.writeString(root.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  String read(String name) throws IOException {
    return Files.readString(work.resolve(name));
  }

  /** Ends what tests have left running: supervisors outlive the agent by design. */
  private void endSteps() throws IOException {
    Path steps = root.resolve("spool/steps");
    if (!Files.isDirectory(steps)) {
      return;
    }
    List<Path> pidFiles;
    try (Stream<Path> found = Files.walk(steps)) {
      pidFiles = found.filter(file -> file.endsWith("pids")).toList();
    }
    for (Path file : pidFiles) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("supervisor ")) {
          ProcessHandle.of(Long.parseLong(line.split(" ")[1])).ifPresent(this::end);
        }
      }
    }
  }

  private void end(ProcessHandle supervisor) {
    supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
    supervisor
        .onExit()
        .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
        .exceptionally(
            late -> {
              supervisor.destroyForcibly();
              return supervisor;
            })
        .join();
  }

  @AfterEach
  void cleanUp() throws IOException {
    if (agent != null) {
      agent.close();
    }
    endSteps();
    if (controller != null) {
      controller.close();
    }
    threads.shutdownNow();
    hookThreads.shutdownNow();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
