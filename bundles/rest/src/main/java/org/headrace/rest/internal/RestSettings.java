package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where to listen, and the limits that keep one client from hurting the others. By the
 * configuration's {@code HeadraceRest} and {@code HeadraceRestParameters}.
 *
 * @param addresses none: the API is off
 * @param maxConnections connections at one time
 * @param maxThreads requests that are worked on at one time; others wait
 * @param maxBodyBytes of one request
 * @param maxBodiesBytes of all requests at one time
 * @param idleMillis how long a connection may be silent
 * @param requestMillis how long a client may take to say completely what it wants
 */
record RestSettings(
    List<Listen> addresses,
    int maxConnections,
    int maxThreads,
    int maxBodyBytes,
    int maxBodiesBytes,
    long idleMillis,
    long requestMillis) {
  RestSettings {
    addresses = List.copyOf(addresses);
  }

  /**
   * @throws IllegalArgumentException saying what is wrong where
   */
  static RestSettings of(Map<String, String> settings) {
    List<Listen> addresses = new ArrayList<>();
    for (String address : words(settings, "HeadraceRest")) {
      try {
        addresses.add(Listen.parse(address));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("HeadraceRest: " + e.getMessage(), e);
      }
    }
    int connections = 256;
    int threads = 32;
    int body = 8 << 20;
    int bodies = 16 << 20;
    long idle = 30;
    long request = 30;
    for (String word : words(settings, "HeadraceRestParameters")) {
      String[] pair = word.split("=", 2);
      int number = number(word, pair);
      switch (pair[0].toLowerCase(Locale.ROOT)) {
        case "max_connections" -> connections = number;
        case "threads" -> threads = number;
        case "max_body" -> body = number;
        case "max_bodies" -> bodies = number;
        case "idle_timeout" -> idle = number;
        case "request_timeout" -> request = number;
        default ->
            throw new IllegalArgumentException(
                "HeadraceRestParameters: '"
                    + pair[0]
                    + "' is none of max_connections, threads, max_body, max_bodies (bytes),"
                    + " idle_timeout and"
                    + " request_timeout (seconds)");
      }
    }
    return new RestSettings(
        addresses, connections, threads, body, bodies, idle * 1000, request * 1000);
  }

  /** The same limits, for who listens nowhere. */
  RestSettings withoutAddresses() {
    return new RestSettings(
        List.of(),
        maxConnections,
        maxThreads,
        maxBodyBytes,
        maxBodiesBytes,
        idleMillis,
        requestMillis);
  }

  private static List<String> words(Map<String, String> settings, String key) {
    List<String> words = new ArrayList<>();
    for (String word : settings.getOrDefault(key, "").split(",")) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return words;
  }

  private static int number(String word, String[] pair) {
    if (pair.length == 2 && pair[1].matches("[1-9]\\d{0,8}")) {
      return Integer.parseInt(pair[1]);
    }
    throw new IllegalArgumentException(
        "HeadraceRestParameters: '" + word + "' needs a whole number above 0");
  }
}
