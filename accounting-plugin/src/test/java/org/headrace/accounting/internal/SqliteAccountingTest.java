package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.headrace.accounting.internal.Samples.T0;
import static org.headrace.accounting.internal.Samples.changed;
import static org.headrace.accounting.internal.Samples.job;
import static org.headrace.accounting.internal.Samples.status;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobQuery.JobRef;
import org.headrace.api.job.JobState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteAccountingTest extends AccountingStoreContract {
  @TempDir Path directory;

  @Override
  AccountingStore newStore() {
    return new SqliteAccounting();
  }

  @Override
  Map<String, String> settings() {
    return Map.of("directory", directory.toString());
  }

  private Path file() {
    return directory.resolve("accounting.db");
  }

  private Database database() throws AccountingException {
    return new Database(new SqliteDialect(), DatabaseSettings.of(Engine.SQLITE, settings()));
  }

  @Test
  void nobodyElseCanReadTheFiles() throws Exception {
    store().write(List.of(changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)))));
    try (var files = Files.list(directory)) {
      for (Path each : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .as(each.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void commitsAreSyncedToDisk() throws Exception {
    try (Database database = database();
        Statement statement = database.writer().createStatement()) {
      try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
        assertThat(mode.getString(1)).isEqualTo("wal");
      }
      try (ResultSet level = statement.executeQuery("PRAGMA synchronous")) {
        assertThat(level.getInt(1)).as("2 is FULL").isEqualTo(2);
      }
    }
  }

  @Test
  void namesADamagedFile() throws Exception {
    close();
    Files.writeString(
        file(), "this is no database, and long enough to be taken for one".repeat(50));
    assertThatThrownBy(() -> store().open("c", settings()))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("damaged");
  }

  @Test
  void namesAFileDamagedWhileOpen() throws Exception {
    List<AccountingRecord> records = new ArrayList<>();
    for (int id = 1; id <= 500; id++) {
      records.add(changed(id, job(id, 5, status(JobState.PENDING, T0, T0, 0, 0, 0))));
    }
    store().write(records);
    close();
    byte[] bytes = Files.readAllBytes(file());
    Arrays.fill(bytes, bytes.length / 4, bytes.length, (byte) 0x5a);
    Files.write(file(), bytes);
    assertThatThrownBy(
            () -> {
              store().open(cluster(), settings());
              store().jobs(Samples.all());
            })
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("damaged");
  }

  @Test
  void refusesAPlaceThatIsNoFile() throws Exception {
    Path place = Files.createDirectories(directory.resolve("taken"));
    assertThatThrownBy(
            () ->
                store()
                    .open(
                        "c",
                        Map.of(
                            "directory", directory.toString(),
                            "AccountingStorageLoc", place.toString())))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(place + " is not a file");
  }

  @Test
  void upgradesTheTablesOfAnOlderRelease() throws Exception {
    close();
    Files.delete(file());
    Dialect dialect = new SqliteDialect();
    try (Database database = database()) {
      Schema.upgrade(database.writer(), dialect, 1);
      int cluster = Schema.clusterId(database.writer(), cluster());
      new HistoryWriter(database.writer(), dialect, cluster)
          .write(List.of(changed(1, job(1, 5, status(JobState.PENDING, T0, T0, 0, 0, 0)))));
    }
    store().open(cluster(), settings());
    assertThat(store().jobs(Samples.all())).hasSize(1);
    try (Database database = database()) {
      assertThat(plan(database.writer(), Samples.named("x"))).contains("headrace_jobs_name");
    }
  }

  @Test
  void refusesTheTablesOfANewerRelease() throws Exception {
    try (Database database = database();
        Statement statement = database.writer().createStatement()) {
      statement.execute("INSERT INTO headrace_schema VALUES (99, 0)");
      database.writer().commit();
    }
    assertThatThrownBy(() -> store().open("c", settings()))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("version 99");
  }

  @Test
  void queriesUseIndexes() throws Exception {
    try (Database database = database()) {
      Connection connection = database.writer();
      assertThat(plan(connection, Samples.window(T0, T0 + 5))).contains("headrace_jobs_window");
      assertThat(plan(connection, Samples.by(List.of(5), List.of(), List.of())))
          .contains("headrace_jobs_user");
      assertThat(plan(connection, Samples.by(List.of(), List.of("a"), List.of())))
          .contains("headrace_jobs_account");
      assertThat(plan(connection, Samples.named("a"))).contains("headrace_jobs_name");
      assertThat(plan(connection, Samples.of(new JobRef(1, -1), new JobRef(2, 3))))
          .contains("headrace_jobs_array")
          .contains("MULTI-INDEX OR");
      for (JobQuery each :
          List.of(
              Samples.window(T0, T0, JobState.RUNNING),
              Samples.window(T0, T0 + 1, JobState.COMPLETED),
              Samples.window(T0, T0 + 1),
              Samples.by(List.of(5), List.of("a"), List.of("p")),
              Samples.of(new JobRef(1, -1)))) {
        assertThat(plan(connection, each))
            .containsPattern("SEARCH n USING .*headrace_jobs_1 .cluster_id=. AND job_id=.");
        assertThat(plan(connection, each)).doesNotContain("SCAN ");
      }
    }
  }

  private static String plan(Connection connection, JobQuery query) throws Exception {
    JobSearch search = new JobSearch(query, 1, query.jobs());
    try (PreparedStatement statement =
        connection.prepareStatement("EXPLAIN QUERY PLAN " + search.sql())) {
      Conditions.bind(statement, search.values());
      StringBuilder plan = new StringBuilder();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          plan.append(rows.getString("detail")).append('\n');
        }
      }
      return plan.toString();
    }
  }

  @Test
  @Timeout(60)
  void nothingAcknowledgedIsLostWhenTheWriterIsKilled() throws Exception {
    close();
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashingWriter.class.getName(),
                directory.toString(),
                cluster())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int acknowledged = 0;
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = Integer.parseInt(line);
        if (acknowledged == 40) {
          writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    store().open(cluster(), settings());
    int found = store().jobs(Samples.all()).size();
    assertThat(acknowledged).isGreaterThanOrEqualTo(40);
    assertThat(found)
        .isIn(acknowledged * CrashingWriter.BATCH, (acknowledged + 1) * CrashingWriter.BATCH);
  }
}
