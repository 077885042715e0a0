package org.headrace.store.internal;

import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.core.JobStore;
import org.headrace.protocol.codec.RecordCodec;

/** Jobs outside of the heap. */
public final class OffHeapJobs implements JobStore {
  private static final RecordCodec<Job> CODEC = RecordCodec.of(Job.class);

  private final OffHeap bytes;

  public OffHeapJobs(OffHeap bytes) {
    this.bytes = bytes;
  }

  @Override
  public Job get(long id) {
    byte[] encoded = bytes.get(id);
    return encoded == null ? null : CODEC.decode(encoded);
  }

  @Override
  public void put(Job job) {
    bytes.put(job.id(), CODEC.encode(job));
  }

  @Override
  public void remove(long id) {
    bytes.remove(id);
  }

  @Override
  public void forEach(Consumer<Job> action) {
    bytes.forEachValue(encoded -> action.accept(CODEC.decode(encoded)));
  }

  @Override
  public int size() {
    return bytes.size();
  }

  @Override
  public void clear() {
    bytes.clear();
  }
}
