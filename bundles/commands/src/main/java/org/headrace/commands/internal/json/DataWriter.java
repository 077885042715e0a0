package org.headrace.commands.internal.json;

import java.io.IOException;
import java.util.Collection;

/** Writes an answer as data, in whatever notation, while it is being made. Not thread-safe. */
public interface DataWriter extends AutoCloseable {
  /** Starts an object in an array, or the whole answer. */
  void startObject() throws IOException;

  /** Starts an object with a name. */
  void startObject(String name) throws IOException;

  void endObject() throws IOException;

  /** Starts an array with a name. */
  void startArray(String name) throws IOException;

  void endArray() throws IOException;

  void field(String name, String value) throws IOException;

  void field(String name, long value) throws IOException;

  void field(String name, double value) throws IOException;

  void field(String name, boolean value) throws IOException;

  /** An element of an array. */
  void value(String value) throws IOException;

  @Override
  void close() throws IOException;

  /** An array of texts. */
  default void texts(String name, Collection<String> values) throws IOException {
    startArray(name);
    for (String value : values) {
      value(value);
    }
    endArray();
  }

  /** A number that may be missing or without limit. */
  default void number(String name, boolean set, boolean infinite, long value) throws IOException {
    startObject(name);
    field("set", set);
    field("infinite", infinite);
    field("number", value);
    endObject();
  }

  /** A number with a fraction that may be missing or without limit. */
  default void decimal(String name, boolean set, boolean infinite, double value)
      throws IOException {
    startObject(name);
    field("set", set);
    field("infinite", infinite);
    field("number", value);
    endObject();
  }

  /** A number that is there. */
  default void number(String name, long value) throws IOException {
    number(name, true, false, value);
  }

  /** A number that is missing. */
  default void unset(String name) throws IOException {
    number(name, false, false, 0);
  }

  /** Epoch milliseconds as epoch seconds; zero is kept, as others know it. */
  default void time(String name, long millis) throws IOException {
    number(name, Math.max(0, Math.floorDiv(millis, 1000)));
  }

  /** How something ended. */
  default void exit(String name, int code, int signal, boolean pending) throws IOException {
    startObject(name);
    startArray("status");
    value(status(code, signal, pending));
    endArray();
    number("return_code", !pending, false, code);
    startObject("signal");
    number("id", signal != 0, false, signal);
    field("name", signal == 0 ? "" : signalName(signal));
    endObject();
    endObject();
  }

  private static String status(int code, int signal, boolean pending) {
    if (pending) {
      return "PENDING";
    }
    if (signal != 0) {
      return "SIGNALED";
    }
    return code == 0 ? "SUCCESS" : "ERROR";
  }

  private static String signalName(int signal) {
    return org.headrace.slurmconf.text.SignalNames.name(signal);
  }
}
