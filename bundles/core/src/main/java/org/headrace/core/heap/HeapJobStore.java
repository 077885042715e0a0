package org.headrace.core.heap;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.core.JobStore;

/** Job records on the heap. */
public final class HeapJobStore implements JobStore {
  private final ConcurrentMap<Long, Job> jobs = new ConcurrentHashMap<>();

  @Override
  public Job get(long id) {
    return jobs.get(id);
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
    jobs.values().forEach(action);
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
