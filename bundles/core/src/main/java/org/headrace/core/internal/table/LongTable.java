package org.headrace.core.internal.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Immutable values by non-negative keys, ascending; see {@link PageDirectory} for how it is
 * published.
 *
 * @param <V> kind of value
 */
public final class LongTable<V> {
  private static final int BITS = 5;
  private static final int ROWS = 1 << BITS;

  private final PageDirectory<ValuePage> directory = new PageDirectory<>();
  private int size;

  /** The value under the key, or null. */
  public V get(long key) {
    return value(directory.find(key >>> BITS), key);
  }

  /** Number of values. */
  public int size() {
    return size;
  }

  /** Sets the value under the key. */
  public void put(long key, V value) {
    ValuePage page = directory.edit(key >>> BITS, ValuePage::new);
    int row = (int) key & (ROWS - 1);
    if (page.values[row] == null) {
      page.used++;
      size++;
    }
    page.values[row] = value;
  }

  /** Removes the value under the key, if there is one. */
  public void remove(long key) {
    if (get(key) == null) {
      return;
    }
    ValuePage page = directory.edit(key >>> BITS, ValuePage::new);
    page.values[(int) key & (ROWS - 1)] = null;
    size--;
    if (--page.used == 0) {
      directory.remove(key >>> BITS);
    }
  }

  /** Removes everything. */
  public void clear() {
    directory.clear();
    size = 0;
  }

  /** The keys, ascending, in an array of their own. */
  public long[] keys() {
    return new View<V>(directory.peek(), size).keys();
  }

  /** The values, ascending by key, in a list of their own. */
  public List<V> values() {
    return new View<V>(directory.peek(), size).values();
  }

  /** The table as it is now, for ever. */
  public View<V> freeze() {
    return new View<>(directory.freeze(), size);
  }

  @SuppressWarnings("unchecked") // only values of this kind come in
  private static <V> V value(ValuePage page, long key) {
    return page == null ? null : (V) page.values[(int) key & (ROWS - 1)];
  }

  /**
   * A table that doesn't change any more.
   *
   * @param <V> kind of value
   */
  public static final class View<V> {
    private final PageDirectory.Frozen<ValuePage> pages;
    private final int size;

    private View(PageDirectory.Frozen<ValuePage> pages, int size) {
      this.pages = pages;
      this.size = size;
    }

    /** The value under the key, or null. */
    public V get(long key) {
      return key < 0 ? null : value(pages.find(key >>> BITS), key);
    }

    /** Number of values. */
    public int size() {
      return size;
    }

    /** Shows what is not the same object as in {@code other}, ascending by key. */
    public void changedSince(View<V> other, Difference<V> difference) {
      for (long number : pages.changedSince(other.pages)) {
        ValuePage page = pages.find(number);
        ValuePage old = other.pages.find(number);
        for (int row = 0; row < ROWS; row++) {
          long key = (number << BITS) + row;
          V before = value(old, key);
          V after = value(page, key);
          if (before != after) {
            difference.visit(key, before, after);
          }
        }
      }
    }

    /** The keys, ascending. */
    public long[] keys() {
      long[] keys = new long[size];
      int next = 0;
      for (int i = 0; i < pages.size(); i++) {
        Object[] values = pages.page(i).values;
        for (int row = 0; row < ROWS; row++) {
          if (values[row] != null) {
            keys[next++] = (pages.number(i) << BITS) + row;
          }
        }
      }
      return keys;
    }

    /** The values, ascending by key. */
    @SuppressWarnings("unchecked") // only values of this kind came in
    public List<V> values() {
      List<V> list = new ArrayList<>(size);
      for (int i = 0; i < pages.size(); i++) {
        for (Object value : pages.page(i).values) {
          if (value != null) {
            list.add((V) value);
          }
        }
      }
      return list;
    }
  }

  /**
   * Is shown a difference between two tables.
   *
   * @param <V> kind of value
   */
  @FunctionalInterface
  public interface Difference<V> {
    /**
     * @param before null if there was none
     * @param after null if there is none any more
     */
    void visit(long key, V before, V after);
  }

  private static final class ValuePage extends Page<ValuePage> {
    private final Object[] values;
    private int used;

    ValuePage() {
      this(new Object[ROWS], 0);
    }

    private ValuePage(Object[] values, int used) {
      this.values = values;
      this.used = used;
    }

    @Override
    protected ValuePage copy() {
      return new ValuePage(values.clone(), used);
    }

    @Override
    protected boolean isEmpty() {
      return used == 0;
    }
  }
}
