package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.Map;
import org.headrace.api.accounting.AccountingException;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.query.History;

/**
 * {@code sacctmgr ping}: whether accounting answers. No daemon keeps it: a question is put to the
 * database.
 *
 * @param host where others would look for the daemon
 * @param answers whether the database does
 * @param micros how long the answer, or the wait for it, took
 */
record DatabasePing(String host, boolean answers, long micros) {
  static DatabasePing of(Book book, History history, long now) {
    Map<String, String> settings = book.snapshot.definition().settings();
    String host = host(settings);
    long from = System.nanoTime();
    boolean answers = !settings.getOrDefault("AccountingStorageType", "").endsWith("/none");
    try {
      history.bookEvents(now, now);
    } catch (AccountingException e) {
      answers = false;
    }
    return new DatabasePing(host, answers, (System.nanoTime() - from) / 1000);
  }

  private static String host(Map<String, String> settings) {
    String named = settings.getOrDefault("AccountingStorageHost", "");
    String controller = settings.getOrDefault("SlurmctldHost", "localhost").split("[,(]")[0];
    return named.isEmpty() ? controller : named;
  }

  String text() {
    return "slurmdbd(primary) at " + host + " is " + (answers ? "UP" : "DOWN");
  }

  void write(DataWriter data) throws IOException {
    data.startArray("pings");
    data.startObject();
    data.field("hostname", host);
    data.field("responding", answers);
    data.field("latency", micros);
    data.field("primary", true);
    data.endObject();
    data.endArray();
  }
}
