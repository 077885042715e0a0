package org.headrace.core.internal.table;

/** The columns of all jobs, by id; see {@link PageDirectory} for how it is published. */
public final class JobTable {
  private static final int BITS = 8;

  private final PageDirectory<JobPage> directory = new PageDirectory<>();
  private int size;

  /** The number of an id's page. */
  public static long page(long id) {
    return id >>> BITS;
  }

  /** The id of a row. */
  public static long id(long page, int row) {
    return (page << BITS) + row;
  }

  /** The row of an id within its page. */
  public static int row(long id) {
    return (int) id & (JobPage.ROWS - 1);
  }

  /** True when there is a job of that id. */
  public boolean contains(long id) {
    return find(id) != null;
  }

  /** The page of a job for reading, or null if there is no such job. */
  public JobPage find(long id) {
    JobPage page = id < 0 ? null : directory.find(id >>> BITS);
    return page == null || page.state[row(id)] == JobPage.NO_JOB ? null : page;
  }

  /** The page of a job for writing. The caller sets all columns of a job that is new. */
  public JobPage edit(long id) {
    return directory.edit(id >>> BITS, JobPage::new);
  }

  /** Counts a new job, whose state the caller sets next. */
  public void added(long id) {
    directory.edit(id >>> BITS, JobPage::new).used++;
    size++;
  }

  /** Removes a job. */
  public void remove(long id) {
    JobPage page = edit(id);
    int row = row(id);
    page.state[row] = JobPage.NO_JOB;
    page.shape[row] = null;
    size--;
    if (--page.used == 0) {
      directory.remove(id >>> BITS);
    }
  }

  /** Number of jobs. */
  public int size() {
    return size;
  }

  public void clear() {
    directory.clear();
    size = 0;
  }

  /** The table as it is now, for ever. */
  public View freeze() {
    return new View(directory.freeze(), size);
  }

  /** The table as it is now; valid until the next change only. */
  public View peek() {
    return new View(directory.peek(), size);
  }

  /** Is shown each job of a table. */
  @FunctionalInterface
  public interface RowVisitor {
    void visit(long id, JobPage page, int row);
  }

  /** A table that doesn't change any more. */
  public static final class View {
    private final PageDirectory.Frozen<JobPage> pages;
    private final int size;

    private View(PageDirectory.Frozen<JobPage> pages, int size) {
      this.pages = pages;
      this.size = size;
    }

    /** Number of jobs. */
    public int size() {
      return size;
    }

    /** The page of a job, or null if there is no such job. */
    public JobPage find(long id) {
      JobPage page = id < 0 ? null : pages.find(id >>> BITS);
      return page == null || page.state[row(id)] == JobPage.NO_JOB ? null : page;
    }

    /** Shows all jobs, ascending by id. */
    public void forEach(RowVisitor visitor) {
      forEach(0, 1, visitor);
    }

    /** Shows one of several parts of the jobs, about equally large and in the order of ids. */
    public void forEach(int part, int parts, RowVisitor visitor) {
      int end = (int) ((part + 1L) * pages.size() / parts);
      for (int i = (int) ((long) part * pages.size() / parts); i < end; i++) {
        forEach(pages.number(i), pages.page(i), visitor);
      }
    }

    private static void forEach(long number, JobPage page, RowVisitor visitor) {
      for (int row = 0; row < JobPage.ROWS; row++) {
        if (page.state[row] != JobPage.NO_JOB) {
          visitor.visit(id(number, row), page, row);
        }
      }
    }

    /** The page of that number, or null. */
    public JobPage page(long number) {
      return pages.find(number);
    }

    /** Numbers of the pages on which something is different from {@code other}; ascending. */
    public long[] changedSince(View other) {
      return pages.changedSince(other.pages);
    }
  }
}
