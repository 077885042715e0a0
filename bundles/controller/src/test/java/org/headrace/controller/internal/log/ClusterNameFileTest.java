package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.headrace.core.ClusterMachine;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNameFileTest {
  @TempDir Path root;

  /** Of a cluster that has been up once. */
  @BeforeEach
  void logOfACluster() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log =
            ReplicatedLog.open(
                StateDirectory.open(root),
                LogMembers.alone(),
                new ClusterMachine(stores.jobs(), stores.files()),
                heard)) {
      heard.awaitLeading();
    }
    try (StateDirectory directory = StateDirectory.open(root)) {
      directory.clusterName().write("first");
    }
  }

  private void check(String name, boolean alone) throws IOException {
    try (StateDirectory directory = StateDirectory.open(root)) {
      directory.clusterName().check(name, alone);
    }
  }

  @Test
  void theClustersOwnLogIsTaken() throws Exception {
    check("first", true);
  }

  @Test
  void anotherClustersStateIsRefused() {
    assertThatThrownBy(() -> check("second", false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ClusterName is \"second\"")
        .hasMessageContaining("holds the state of \"first\"")
        .hasMessageEndingWith("if it was renamed, remove " + root.resolve("clustername"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"log/cluster/recording.log", "log/archive/archive.catalog", "log/archive/0-0.rec"})
  void aLogThatIsGoneIsNoFirstStart(String part) throws Exception {
    Files.delete(root.resolve(part));
    assertThatThrownBy(() -> check("first", true))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the log in StateSaveLocation " + root + " is not whole: ")
        .hasMessageContaining("to begin without jobs, remove " + root.resolve("clustername"));
    // It gets its log from the other members.
    assertThatCode(() -> check("first", false)).doesNotThrowAnyException();
    Files.delete(root.resolve("clustername"));
    assertThatCode(() -> check("first", true)).doesNotThrowAnyException();
  }
}
