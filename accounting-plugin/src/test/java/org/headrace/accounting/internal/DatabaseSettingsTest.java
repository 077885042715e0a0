package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {
  @TempDir Path directory;

  private DatabaseSettings of(Engine fixed, String... pairs) throws AccountingException {
    Map<String, String> settings = new HashMap<>(Map.of("directory", directory.toString()));
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return DatabaseSettings.of(fixed, settings);
  }

  @Test
  void slurmdbdMeansSqliteWhateverItsHostIs() throws AccountingException {
    DatabaseSettings where =
        of(
            null,
            "AccountingStorageHost",
            "dbd.example",
            "AccountingStoragePort",
            "6819",
            "AccountingStorageLoc",
            "/var/log/slurm_jobacct.log");
    assertThat(where.engine()).isEqualTo(Engine.SQLITE);
    assertThat(where.file()).isEqualTo(directory.resolve("accounting.db"));
  }

  @Test
  void namesOfSettingsMayHaveAnyCase() throws AccountingException {
    assertThat(of(Engine.MARIADB, "accountingstoragehost", "DB1").place())
        .isEqualTo("mariadb://headrace@DB1:3306/headrace");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://db.example/acct, postgresql://headrace@db.example:5432/acct",
    "mysql://bob@[::1]:99, mariadb://bob@[::1]:99/headrace",
    "mariadb://db, mariadb://headrace@db:3306/headrace",
    "sqlite:/var/x.db, /var/x.db",
    "sqlite:///var/x.db, /var/x.db"
  })
  void urlNamesThePlace(String url, String place) throws AccountingException {
    assertThat(of(null, DatabaseSettings.URL, url).place()).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oracle://db/x",
        "postgresql://db:99999999/x",
        "postgresql://db/x y",
        "postgresql://db/x?socketFactory=evil",
        "mariadb://db/x?allowLocalInfile=true",
        "postgresql://db/x?sslmode=a%26b=c",
        "postgresql://db/../x",
        "sqlite:a?mode=memory",
        "sqlite::memory:"
      })
  void refusesWrongUrls(String url) {
    assertThatThrownBy(
            () -> {
              DatabaseSettings where = of(null, DatabaseSettings.URL, url);
              switch (where.engine()) {
                case POSTGRESQL -> new PostgresqlDialect().dataSource(where);
                case MARIADB -> new MariadbDialect().dataSource(where);
                default -> {}
              }
            })
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(url.contains("..") || url.contains(" ") ? "" : "wrong");
  }

  @ParameterizedTest
  @CsvSource({
    "AccountingStorageHost, a/b?x",
    "AccountingStorageHost, h&user=root",
    "AccountingStoragePort, 70000",
    "AccountingStoragePort, x",
    "AccountingStorageLoc, a?b=c",
    "AccountingStorageUser, a'b"
  })
  void namesTheWrongSetting(String name, String value) {
    assertThatThrownBy(() -> of(Engine.MARIADB, name, value))
        .isInstanceOf(AccountingException.class)
        .hasMessageContaining(name + "=" + value);
  }

  @Test
  void keepsPasswordsOutOfUrlsAndMessages() throws Exception {
    assertThatThrownBy(() -> of(null, DatabaseSettings.URL, "postgresql://bob:hidden@db/x"))
        .hasMessageContaining(DatabaseSettings.PASS_FILE)
        .hasMessageNotContaining("hidden");
    Path file = Files.writeString(directory.resolve("pass"), "hidden\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> of(Engine.MARIADB, DatabaseSettings.PASS_FILE, file.toString()))
        .hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    DatabaseSettings where = of(Engine.MARIADB, DatabaseSettings.PASS_FILE, file.toString());
    assertThat(where.password()).isEqualTo("hidden");
    assertThat(where.toString()).doesNotContain("hidden");
  }

  @Test
  void urlAndTypeMustAgree() {
    assertThatThrownBy(() -> of(Engine.POSTGRESQL, DatabaseSettings.URL, "mariadb://db/x"))
        .hasMessageContaining("accounting_storage/postgresql");
  }
}
