package org.headrace.core;

/**
 * Keeps scripts and environments, each content once however many jobs share it, as long as
 * references to it are counted.
 *
 * <p>One thread writes. {@link #get} is called by any thread at any time.
 */
public interface FileStore {
  /** The key of the empty content, which is never stored. */
  long NOTHING = 0;

  /**
   * Stores a content, or finds the equal one that is stored already, and counts a reference to it.
   *
   * @return its key, which stays the same until the last reference is released; {@link #NOTHING}
   *     for an empty content
   */
  long put(byte[] content);

  /**
   * The content of that key, or null if it isn't stored any more; for {@link #NOTHING} an empty
   * array. The caller must not change it.
   */
  byte[] get(long key);

  /** Counts one more reference. Nothing happens for {@link #NOTHING}. */
  void retain(long key);

  /** Counts one reference less, and removes the content with the last one. */
  void release(long key);

  /** Removes everything. */
  void clear();
}
