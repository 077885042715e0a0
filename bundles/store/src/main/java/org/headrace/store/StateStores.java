package org.headrace.store;

import org.headrace.api.job.Job;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.store.internal.ContentStore;
import org.headrace.store.internal.OffHeap;
import org.headrace.store.internal.OffHeapJobs;

/**
 * The stores of a controller, in memory outside of the heap. They hold nothing that the log
 * doesn't: a start fills them anew, so they need no files and no recovery.
 *
 * <p>They can be used at once: until the maps are made, which {@link #leaveHeap} starts and takes
 * more than a second, entries wait on the heap.
 */
public final class StateStores implements AutoCloseable {
  private static final int SMALLEST = 10_000;
  private static final int TYPICAL_JOB_BYTES = 128;
  private static final int TYPICAL_FILE_BYTES = 2_048;

  private final OffHeap<Job> jobBytes;
  private final OffHeap<byte[]> fileBytes;
  private final JobStore jobs;
  private final FileStore files;

  private StateStores(OffHeap<Job> jobBytes, OffHeap<byte[]> fileBytes) {
    this.jobBytes = jobBytes;
    this.fileBytes = fileBytes;
    jobs = new OffHeapJobs(jobBytes);
    files = new ContentStore(fileBytes);
  }

  /**
   * Opens empty stores.
   *
   * @param maxJobs about so many jobs are known at most; more find room, too
   */
  public static StateStores open(int maxJobs) {
    return new StateStores(
        OffHeap.open("jobs", Math.max(maxJobs, SMALLEST), TYPICAL_JOB_BYTES, OffHeapJobs.form()),
        OffHeap.open(
            "files", Math.max(maxJobs / 8, SMALLEST), TYPICAL_FILE_BYTES, ContentStore.FORM));
  }

  /** Starts moving entries out of the heap, in the background; once a start has no more to do. */
  public void leaveHeap() {
    jobBytes.make();
    fileBytes.make();
  }

  /** Waits until entries are outside of the heap; returns false if that has failed. */
  public boolean awaitOffHeap() throws InterruptedException {
    leaveHeap();
    jobBytes.awaitMade();
    fileBytes.awaitMade();
    return jobBytes.isMade() && fileBytes.isMade();
  }

  /** Bytes that jobs and files take outside of the heap. */
  public long bytesOutside() {
    return jobBytes.bytesOutside() + fileBytes.bytesOutside();
  }

  public JobStore jobs() {
    return jobs;
  }

  public FileStore files() {
    return files;
  }

  @Override
  public void close() {
    jobBytes.close();
    fileBytes.close();
  }
}
