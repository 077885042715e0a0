package org.headrace.accounting.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.headrace.api.accounting.AccountingStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mariadb.jdbc.MariaDbDataSource;

class MariadbAccountingTest extends ServerStoreContract {
  private static Server server;

  @BeforeAll
  static void startServer() throws Exception {
    Optional<Path> daemon = DatabaseServer.program("mariadbd", "/usr/sbin");
    Optional<Path> install = DatabaseServer.program("mariadb-install-db");
    assumeTrue(
        daemon.isPresent() && install.isPresent(),
        "SKIPPED: no MariaDB server here (apt-get install mariadb-server)");
    server = new Server(install.get(), daemon.get());
    server.start();
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
    return new MariadbAccounting();
  }

  /** A MariaDB server. */
  private static final class Server extends DatabaseServer {
    private final Path daemon;

    Server(Path install, Path daemon) throws IOException {
      this.daemon = daemon;
      Files.createDirectory(directory().resolve("data"));
      Files.writeString(
          directory().resolve("init.sql"),
          "CREATE DATABASE IF NOT EXISTS headrace;\n"
              + "CREATE USER IF NOT EXISTS 'headrace'@'%' IDENTIFIED BY '"
              + PASSWORD.replace("'", "''")
              + "';\nGRANT ALL ON headrace.* TO 'headrace'@'%';\n");
      handOver();
      runUnprivileged(
          List.of(
              install.toString(),
              "--no-defaults",
              "--skip-test-db",
              "--auth-root-authentication-method=normal",
              "--datadir=" + directory().resolve("data")));
    }

    @Override
    List<String> command() {
      return List.of(
          daemon.toString(),
          "--no-defaults",
          "--datadir=" + directory().resolve("data"),
          "--socket=" + directory().resolve("socket"),
          "--pid-file=" + directory().resolve("pid"),
          "--init-file=" + directory().resolve("init.sql"),
          "--bind-address=127.0.0.1",
          "--port=" + port());
    }

    @Override
    boolean answers() {
      try {
        MariaDbDataSource source =
            new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + port() + "/headrace");
        source.setUser("headrace");
        source.setPassword(PASSWORD);
        try (Connection connection = source.getConnection()) {
          return connection.isValid(5);
        }
      } catch (SQLException e) {
        return false;
      }
    }
  }
}
