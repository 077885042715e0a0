package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.headrace.control.front.Caller;

/** Makes callers of peers, and remembers them for a minute. Thread-safe. */
final class Identities {
  private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MAX_KEPT = 10_000;

  private final Accounts accounts;
  private final LongSupplier nanos;
  private final Map<Peer, Known> known = new ConcurrentHashMap<>();

  Identities(Accounts accounts, LongSupplier nanos) {
    this.accounts = accounts;
    this.nanos = nanos;
  }

  Caller caller(Peer peer) throws IOException {
    long now = nanos.getAsLong();
    Known entry = known.get(peer);
    if (entry == null || now - entry.since >= KEEP_NANOS) {
      entry = new Known(lookUp(peer), now);
      if (known.size() >= MAX_KEPT) {
        known.clear();
      }
      known.put(peer, entry);
    }
    return entry.caller;
  }

  private Caller lookUp(Peer peer) throws IOException {
    int gid = accounts.gid(peer.group());
    int[] groups =
        IntStream.concat(IntStream.of(accounts.groups(peer.user())), IntStream.of(gid))
            .distinct()
            .toArray();
    return new Caller(accounts.uid(peer.user()), gid, peer.user(), peer.group(), groups);
  }

  private record Known(Caller caller, long since) {}
}
