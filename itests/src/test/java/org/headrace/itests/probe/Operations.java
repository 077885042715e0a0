package org.headrace.itests.probe;

import java.util.concurrent.CompletableFuture;

/** A group of things that the probe can do. */
interface Operations {
  /** Carries a request out, or returns null if the operation belongs to another group. */
  CompletableFuture<byte[]> run(Frames.Request request) throws Exception;
}
