package org.headrace.core.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.ResourceRequest;
import org.junit.jupiter.api.Test;

/**
 * Equal shapes are one object, also where they come one after the other or are given up between.
 */
class ShapesTest {
  private static final Charge CHARGE = new Charge("physics", "normal", "");

  private final Shapes shapes = new Shapes();

  private Shape take(long timeLimit, List<String> partitions, Charge charge) {
    return shapes.take(
        ResourceRequest.singleCpu(), timeLimit, 0, "", partitions, charge, JobComponent.NONE);
  }

  private Shape take(long timeLimit) {
    return take(timeLimit, List.of("main"), CHARGE);
  }

  @Test
  void whatDiffersInAnyPartIsAnotherShape() {
    Shape first = take(60);
    assertThat(take(60)).isSameAs(first);
    assertThat(take(61)).isNotEqualTo(first);
    assertThat(take(60, List.of("main", "other"), CHARGE)).isNotEqualTo(first);
    assertThat(take(60, List.of("main"), new Charge("physics", "high", ""))).isNotEqualTo(first);
    assertThat(take(60)).isSameAs(first);
  }

  @Test
  void aShapeThatNoJobHasAnyMoreIsMadeAnew() {
    take(60);
    Shape last = take(120);
    shapes.drop(last);
    Shape again = take(120);
    assertThat(again).isNotSameAs(last).isEqualTo(last);
    shapes.drop(again);
    assertThat(take(180).jobClass().id()).as("the class that came free").isEqualTo(1);
  }

  @Test
  void eachJobOfASeriesIsCounted() {
    Shape shape = take(60);
    take(60);
    take(60);
    shapes.drop(shape);
    shapes.drop(shape);
    assertThat(take(60)).isSameAs(shape);
  }

  @Test
  void nothingIsKnownOnceAllIsForgotten() {
    Shape shape = take(60);
    shapes.clear();
    assertThat(take(60)).isNotSameAs(shape);
  }
}
