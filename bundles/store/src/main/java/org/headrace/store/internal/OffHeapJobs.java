package org.headrace.store.internal;

import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.core.JobStore;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.codec.SharedParts;

/** Jobs outside of the heap. */
public final class OffHeapJobs implements JobStore {
  private static final RecordCodec<Job> CODEC = RecordCodec.of(Job.class);

  /** The bytes of a job, without what it has in common with others. */
  private static final class Packed implements OffHeap.Form<Job> {
    private final SharedParts parts = SharedParts.of(Job.class);

    @Override
    public byte[] encode(Job job) {
      return parts.pack(CODEC.encode(job));
    }

    @Override
    public Job decode(byte[] bytes) {
      byte[] whole = parts.unpack(bytes);
      return whole == null ? null : CODEC.decode(whole);
    }

    @Override
    public byte[] written(byte[] bytes) {
      return parts.unpack(bytes);
    }

    @Override
    public void drop(byte[] bytes) {
      parts.drop(bytes);
    }

    @Override
    public void clear() {
      parts.clear();
    }
  }

  private final OffHeap<Job> jobs;

  /** How one store keeps its jobs. */
  public static OffHeap.Form<Job> form() {
    return new Packed();
  }

  public OffHeapJobs(OffHeap<Job> jobs) {
    this.jobs = jobs;
  }

  @Override
  public Job get(long id) {
    return jobs.get(id);
  }

  @Override
  public byte[] written(long id) {
    return jobs.written(id);
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
