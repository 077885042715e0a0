package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresqlAccountingTest extends ServerStoreContract {
  private static Server server;

  @BeforeAll
  static void startServer() throws Exception {
    Optional<Path> initdb = Server.find("initdb");
    assumeTrue(
        initdb.isPresent(), "SKIPPED: no PostgreSQL server here (apt-get install postgresql)");
    server = new Server(initdb.get(), Server.find("postgres").orElseThrow());
    server.start();
    server.createDatabase();
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  DatabaseServer server() {
    return server;
  }

  @Override
  AccountingStore newStore() {
    return new PostgresqlAccounting();
  }

  @Test
  void saysHowToMakeTheDatabase() {
    Map<String, String> other =
        Map.of(
            "HeadraceAccountingUrl",
            "postgresql://headrace@127.0.0.1:" + server.port() + "/nowhere?sslmode=disable",
            "AccountingStoragePass",
            DatabaseServer.PASSWORD);
    assertThatThrownBy(() -> store().open("c", other))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining("CREATE DATABASE nowhere");
  }

  @Test
  void commitsAreSyncedEvenWhereTheSiteDoesNot() throws Exception {
    DatabaseSettings where = DatabaseSettings.of(DatabaseSettings.Engine.POSTGRESQL, settings());
    try (Connection admin = server.connect("headrace");
        Statement statement = admin.createStatement()) {
      statement.execute("ALTER DATABASE headrace SET synchronous_commit TO off");
      try (Database database = new Database(new PostgresqlDialect(), where);
          Statement own = database.writer().createStatement();
          var result = own.executeQuery("SHOW synchronous_commit")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getString(1)).isEqualTo("on");
      } finally {
        statement.execute("ALTER DATABASE headrace RESET synchronous_commit");
      }
    }
  }

  /** A PostgreSQL server. */
  private static final class Server extends DatabaseServer {
    private final Path postgres;

    Server(Path initdb, Path postgres) throws IOException {
      this.postgres = postgres;
      Path passwords = directory().resolve("password");
      Files.writeString(passwords, PASSWORD + "\n");
      handOver();
      runUnprivileged(
          List.of(
              initdb.toString(),
              "-D",
              directory().resolve("data").toString(),
              "-U",
              "headrace",
              "--auth=scram-sha-256",
              "--pwfile=" + passwords,
              "--encoding=UTF8",
              "--no-sync"));
    }

    static Optional<Path> find(String name) throws IOException {
      Path versions = Path.of("/usr/lib/postgresql");
      if (Files.isDirectory(versions)) {
        try (var each = Files.list(versions)) {
          String[] places = each.map(dir -> dir.resolve("bin").toString()).toArray(String[]::new);
          return program(name, places);
        }
      }
      return program(name);
    }

    @Override
    List<String> command() {
      return List.of(
          postgres.toString(),
          "-D",
          directory().resolve("data").toString(),
          "-p",
          Integer.toString(port()),
          "-h",
          "127.0.0.1",
          "-k",
          directory().toString());
    }

    Connection connect(String database) throws SQLException {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setServerNames(new String[] {"127.0.0.1"});
      source.setPortNumbers(new int[] {port()});
      source.setDatabaseName(database);
      source.setUser("headrace");
      source.setPassword(PASSWORD);
      return source.getConnection();
    }

    @Override
    boolean answers() {
      try (Connection connection = connect("postgres")) {
        return connection.isValid(5);
      } catch (SQLException e) {
        return false;
      }
    }

    void createDatabase() throws SQLException {
      try (Connection connection = connect("postgres");
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE headrace ENCODING 'UTF8'");
      }
    }
  }
}
