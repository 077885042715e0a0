package org.headrace.core.internal.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.ResourceRequest;

/**
 * Gives equal requests one class and equal shapes one object, as long as a job has them.
 *
 * <p>Class ids are given out lowest first, so that a plugin can use them as indexes.
 */
public final class Shapes {
  private final Map<ClassKey, Counted<JobClass>> classes = new HashMap<>();
  private final Map<Shape, Counted<Shape>> shapes = new HashMap<>();
  private final PriorityQueue<Integer> freeIds = new PriorityQueue<>();
  private int nextId;

  /** What was taken last, or null: jobs that come one after the other often have one shape. */
  private Counted<Shape> last;

  private record ClassKey(
      ResourceRequest request, long timeLimit, long timeMin, String reservation) {
    static ClassKey of(JobClass jobClass) {
      return new ClassKey(
          jobClass.request(), jobClass.timeLimit(), jobClass.timeMin(), jobClass.reservation());
    }
  }

  private static final class Counted<T> {
    private final T value;
    private long count;

    Counted(T value) {
      this.value = value;
    }
  }

  /** Finds or makes a shape, and counts a job that has it. */
  public Shape take(
      ResourceRequest request,
      long timeLimit,
      long timeMin,
      String reservation,
      List<String> partitions,
      Charge charge,
      JobComponent component) {
    if (last != null
        && last.value.jobClass().timeLimit() == timeLimit
        && last.value.jobClass().timeMin() == timeMin
        && same(last.value.jobClass().request(), request)
        && same(last.value.jobClass().reservation(), reservation)
        && same(last.value.partitions(), partitions)
        && same(last.value.charge(), charge)
        && same(last.value.component(), component)) {
      last.count++;
      return last.value;
    }
    ClassKey key = new ClassKey(request, timeLimit, timeMin, reservation);
    Counted<JobClass> known = classes.get(key);
    if (known == null) {
      int id = freeIds.isEmpty() ? nextId++ : freeIds.poll();
      known = new Counted<>(new JobClass(id, request, timeLimit, timeMin, reservation));
      classes.put(key, known);
    }
    Shape wanted = new Shape(known.value, partitions, charge, component);
    Counted<Shape> shape = shapes.get(wanted);
    if (shape == null) {
      shape = new Counted<>(wanted);
      shapes.put(wanted, shape);
      known.count++;
    }
    shape.count++;
    last = shape;
    return shape.value;
  }

  /** Parts that jobs share mostly are the same object, which records ask last. */
  private static boolean same(Object one, Object other) {
    return one == other || one.equals(other);
  }

  /** Counts one job less that has this shape. */
  public void drop(Shape shape) {
    Counted<Shape> counted = shapes.get(shape);
    if (--counted.count > 0) {
      return;
    }
    shapes.remove(shape);
    last = null;
    ClassKey key = ClassKey.of(shape.jobClass());
    Counted<JobClass> known = classes.get(key);
    if (--known.count == 0) {
      classes.remove(key);
      freeIds.add(shape.jobClass().id());
    }
  }

  public void clear() {
    classes.clear();
    shapes.clear();
    last = null;
    freeIds.clear();
    nextId = 0;
  }
}
