package org.headrace.store.internal;

import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.core.JobStore;
import org.headrace.protocol.codec.RecordCodec;

/** Jobs outside of the heap. */
public final class OffHeapJobs implements JobStore {
  private static final RecordCodec<Job> CODEC = RecordCodec.of(Job.class);

  /** The bytes of a job. */
  public static final OffHeap.Form<Job> FORM =
      new OffHeap.Form<>() {
        @Override
        public byte[] encode(Job job) {
          return CODEC.encode(job);
        }

        @Override
        public Job decode(byte[] bytes) {
          return CODEC.decode(bytes);
        }
      };

  private final OffHeap<Job> jobs;

  public OffHeapJobs(OffHeap<Job> jobs) {
    this.jobs = jobs;
  }

  @Override
  public Job get(long id) {
    return jobs.get(id);
  }

  @Override
  public byte[] written(long id) {
    return jobs.bytes(id);
  }

  @Override
  public void put(Job job) {
    jobs.put(job.id(), job);
  }

  @Override
  public void remove(long id) {
    jobs.remove(id);
  }

  @Override
  public void forEach(Consumer<Job> action) {
    jobs.forEachValue(action);
  }

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public void clear() {
    jobs.clear();
  }
}
