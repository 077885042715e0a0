package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceRequest;
import org.junit.jupiter.api.Test;

/** What a plan gives against what is asked for. */
class GivenGresTest {
  private static Allocation given(boolean alone, long... gpusOfNodes) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (int i = 0; i < gpusOfNodes.length; i++) {
      List<GresAllocation> gres =
          gpusOfNodes[i] == 0
              ? List.of()
              : List.of(new GresAllocation("gpu", "a", CoreSet.EMPTY, gpusOfNodes[i]));
      parts.add(new NodeAllocation(i, CoreSet.of(0), 1, 0, gres, 2));
    }
    return new Allocation(parts, alone);
  }

  private static ResourceRequest asked(String type, long count, Scope scope) {
    return ResourceRequest.singleCpu()
        .withGres(List.of(new GresRequest("gpu", type, count, scope)));
  }

  @Test
  void aPlanThatGivesLessThanWasAskedForIsFoundOut() {
    assertThat(GivenGres.lack(asked("", 2, Scope.NODE), given(false, 2, 2))).isNull();
    assertThat(GivenGres.lack(asked("", 2, Scope.NODE), given(false, 3, 1))).contains("gpu");
    assertThat(GivenGres.lack(asked("", 4, Scope.JOB), given(false, 3, 1))).isNull();
    assertThat(GivenGres.lack(asked("", 5, Scope.JOB), given(false, 3, 1))).contains("gpu");
    assertThat(GivenGres.lack(asked("", 1, Scope.TASK), given(false, 2))).isNull();
    assertThat(GivenGres.lack(asked("", 2, Scope.TASK), given(false, 2))).contains("gpu");
    assertThat(GivenGres.lack(asked("b", 1, Scope.NODE), given(false, 2))).contains("gpu");
    assertThat(GivenGres.lack(asked("", 1, Scope.NODE), given(true, 0))).contains("gpu");
  }

  /** What is asked for by type isn't there for what is asked for by name alone. */
  @Test
  void severalWishesAddUp() {
    ResourceRequest both =
        ResourceRequest.singleCpu()
            .withGres(
                List.of(
                    new GresRequest("gpu", "a", 2, Scope.NODE),
                    new GresRequest("gpu", "", 1, Scope.JOB)));
    assertThat(GivenGres.lack(both, given(false, 2, 2))).contains("4 gpu of 5");
    assertThat(GivenGres.lack(both, given(false, 3, 2))).isNull();
  }
}
