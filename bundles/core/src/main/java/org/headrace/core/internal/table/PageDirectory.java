package org.headrace.core.internal.table;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The pages of a table, ascending by number. {@link #freeze} hands them out as they are; from then
 * on a page, or the directory, is copied before it changes for the first time. So publishing costs
 * nothing, and a change costs one page and one directory per publication at most.
 *
 * <p>Written by one thread. What was frozen may be read by any.
 *
 * @param <P> kind of page
 */
public final class PageDirectory<P extends Page<P>> {
  private long[] numbers = new long[4];
  private Page<?>[] pages = new Page<?>[4];
  private int size;
  private long epoch = 1;
  private boolean shared;

  /** The page of that number, or null; for reading only. */
  public P find(long number) {
    return find(numbers, pages, size, number);
  }

  /** The page of that number for writing, made by {@code maker} if there is none. */
  public P edit(long number, Supplier<P> maker) {
    int at = indexOf(numbers, size, number);
    if (at < 0) {
      P page = maker.get();
      page.epoch = epoch;
      insert(-at - 1, number, page);
      return page;
    }
    P page = cast(pages[at]);
    if (page.epoch != epoch) {
      own();
      page = page.copy();
      page.epoch = epoch;
      pages[at] = page;
    }
    return page;
  }

  /** Takes out a page. */
  public void remove(long number) {
    int at = indexOf(numbers, size, number);
    if (at >= 0) {
      own();
      System.arraycopy(numbers, at + 1, numbers, at, size - at - 1);
      System.arraycopy(pages, at + 1, pages, at, size - at - 1);
      pages[--size] = null;
    }
  }

  /** Takes out everything. */
  public void clear() {
    numbers = new long[4];
    pages = new Page<?>[4];
    size = 0;
    shared = false;
  }

  /** The pages as they are now, for ever. */
  public Frozen<P> freeze() {
    shared = true;
    epoch++;
    return new Frozen<>(numbers, pages, size);
  }

  /** The pages as they are now; valid until the next change only. */
  public Frozen<P> peek() {
    return new Frozen<>(numbers, pages, size);
  }

  private void insert(int at, long number, P page) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, size * 2);
      pages = Arrays.copyOf(pages, size * 2);
      shared = false;
    } else {
      own();
    }
    System.arraycopy(numbers, at, numbers, at + 1, size - at);
    System.arraycopy(pages, at, pages, at + 1, size - at);
    numbers[at] = number;
    pages[at] = page;
    size++;
  }

  private void own() {
    if (shared) {
      numbers = numbers.clone();
      pages = pages.clone();
      shared = false;
    }
  }

  private static int indexOf(long[] numbers, int size, long number) {
    // Ids ascend, so the page looked for is often the last.
    if (size > 0 && numbers[size - 1] == number) {
      return size - 1;
    }
    // Mostly none is missing.
    long guess = size > 0 ? number - numbers[0] : -1;
    if (guess >= 0 && guess < size && numbers[(int) guess] == number) {
      return (int) guess;
    }
    return Arrays.binarySearch(numbers, 0, size, number);
  }

  private static <P extends Page<P>> P find(
      long[] numbers, Page<?>[] pages, int size, long number) {
    int at = indexOf(numbers, size, number);
    return at < 0 ? null : cast(pages[at]);
  }

  @SuppressWarnings("unchecked") // only pages of one kind come in
  private static <P extends Page<P>> P cast(Page<?> page) {
    return (P) page;
  }

  /**
   * Pages that don't change any more.
   *
   * @param <P> kind of page
   */
  public static final class Frozen<P extends Page<P>> {
    private final long[] numbers;
    private final Page<?>[] pages;
    private final int size;

    private Frozen(long[] numbers, Page<?>[] pages, int size) {
      this.numbers = numbers;
      this.pages = pages;
      this.size = size;
    }

    /** Number of pages. */
    public int size() {
      return size;
    }

    /** Number of the page at a position. */
    public long number(int position) {
      return numbers[position];
    }

    /** The page at a position. */
    public P page(int position) {
      return cast(pages[position]);
    }

    /** The page of that number, or null. */
    public P find(long number) {
      return PageDirectory.find(numbers, pages, size, number);
    }

    /** Numbers of pages that are not the same as in {@code other}, or only in one; ascending. */
    public long[] changedSince(Frozen<P> other) {
      long[] changed = new long[16];
      int count = 0;
      int mine = 0;
      int theirs = 0;
      while (mine < size || theirs < other.size) {
        long number = mine < size ? numbers[mine] : Long.MAX_VALUE;
        long old = theirs < other.size ? other.numbers[theirs] : Long.MAX_VALUE;
        Page<?> page = number <= old ? pages[mine++] : null;
        Page<?> before = old <= number ? other.pages[theirs++] : null;
        if (page != before) {
          changed = count == changed.length ? Arrays.copyOf(changed, 2 * count) : changed;
          changed[count++] = Math.min(number, old);
        }
      }
      return Arrays.copyOf(changed, count);
    }
  }
}
