package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crash between any two steps leaves either the old log or the new one, and all of it. */
class SetAsideLogTest {
  @TempDir Path log;
  private SetAsideLog setAside;

  @BeforeEach
  void makeLog() throws IOException {
    setAside = new SetAsideLog(log);
    Files.createDirectories(log.resolve("cluster"));
    Files.writeString(log.resolve("cluster/node-state.dat"), "vote");
    write("old");
  }

  private void write(String text) throws IOException {
    Files.createDirectories(log.resolve("archive"));
    Files.writeString(log.resolve("archive/0-0.rec"), text);
    Files.writeString(log.resolve("cluster/recording.log"), text);
  }

  private void assertIs(String text) {
    assertThat(log.resolve("archive/0-0.rec")).hasContent(text);
    assertThat(log.resolve("cluster/recording.log")).hasContent(text);
    assertThat(log.resolve("cluster/node-state.dat")).hasContent("vote");
    assertThat(log.toFile().list()).containsExactlyInAnyOrder("archive", "cluster");
  }

  @Test
  void aProvenOneStays() throws IOException {
    setAside.put();
    assertThat(setAside.exists()).isTrue();
    assertThat(log.resolve("archive")).doesNotExist();
    write("new");
    setAside.discard();
    setAside.settle();
    assertIs("new");
  }

  @Test
  void withoutATransferNothingHappens() throws IOException {
    setAside.settle();
    assertIs("old");
  }

  @Test
  void aCrashDuringTheTransferBringsTheOldOneBack() throws IOException {
    setAside.put();
    write("half");
    setAside.settle();
    assertIs("old");
  }

  @Test
  void aCrashBeforeAnythingCameBringsTheOldOneBack() throws IOException {
    setAside.put();
    setAside.settle();
    assertIs("old");
  }

  @Test
  void aCrashWhileItIsSetAsideBringsItBack() throws IOException {
    Files.createDirectories(log.resolve("moving"));
    Files.move(log.resolve("archive"), log.resolve("moving/archive"));
    setAside.settle();
    assertIs("old");
  }

  @Test
  void aCrashWhileItIsBroughtBackIsCaughtUpWith() throws IOException {
    setAside.put();
    Files.move(log.resolve("aside"), log.resolve("moving"));
    Files.move(log.resolve("moving/archive"), log.resolve("archive"));
    setAside.settle();
    assertIs("old");
  }

  @Test
  void aCrashWhileItIsDiscardedKeepsTheNewOne() throws IOException {
    setAside.put();
    write("new");
    Files.move(log.resolve("aside"), log.resolve("useless"));
    Files.delete(log.resolve("useless/recording.log"));
    setAside.settle();
    assertIs("new");
  }

  /** What a member with a new disk has recorded would otherwise be taken for the old log's. */
  @Test
  void aMemberThatHadNoLogHasNoneAfterACrash() throws IOException {
    Files.delete(log.resolve("cluster/recording.log"));
    setAside.put();
    write("half");
    setAside.settle();
    assertThat(log.resolve("cluster/recording.log")).doesNotExist();
    assertThat(log.resolve("archive/0-0.rec")).hasContent("old");
  }
}
