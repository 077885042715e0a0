package org.headrace.sim.internal.faults;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.core.JobStore;
import org.headrace.protocol.codec.RecordCodec;

/** Job records as bytes, as a controller has them. */
final class WritingStore implements JobStore {
  static final RecordCodec<Job> CODEC = RecordCodec.of(Job.class);

  private final ConcurrentMap<Long, byte[]> jobs = new ConcurrentHashMap<>();

  @Override
  public Job get(long id) {
    byte[] bytes = jobs.get(id);
    return bytes == null ? null : CODEC.decode(bytes);
  }

  @Override
  public byte[] written(long id) {
    return jobs.get(id);
  }

  @Override
  public void put(Job job) {
    jobs.put(job.id(), CODEC.encode(job));
  }

  @Override
  public void remove(long id) {
    jobs.remove(id);
  }

  @Override
  public void forEach(Consumer<Job> action) {
    jobs.values().forEach(bytes -> action.accept(CODEC.decode(bytes)));
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
