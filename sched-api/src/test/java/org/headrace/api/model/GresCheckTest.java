package org.headrace.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shares of a node's devices that plugins make up; a failure names the seed that repeats it. */
class GresCheckTest {
  private static final int UNITS = 4;

  private static NodeView node(List<GresInventory> gres) {
    return new NodeView(
        0,
        "n0",
        new NodeHardware(1, 1, 16, 1, 16_000, 0),
        Set.of(),
        gres,
        1,
        new NodeState(NodeState.Base.UP, Set.of(), "", "", 0));
  }

  private static GresInventory devices(
      String kind, String type, int first, int count, long units, boolean one) {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      devices.add(new GresDevice(i, "/dev/g" + i, CoreSet.EMPTY, "", units));
    }
    long all = units == 0 ? count : units * count;
    return new GresInventory(kind, type, all, devices, units == 0 ? "" : "gpu", one);
  }

  /** Two GPUs of each of two types, divided into shards by type, and into MPS all alike. */
  private static NodeView node() {
    return node(
        List.of(
            devices("gpu", "a", 0, 2, 0, false),
            devices("gpu", "b", 2, 2, 0, false),
            devices("shard", "a", 0, 2, UNITS, false),
            devices("shard", "b", 2, 2, UNITS, false),
            devices("mps", "", 0, 4, UNITS, true)));
  }

  private static Allocation allocation(GresAllocation... gres) {
    return new Allocation(
        List.of(new NodeAllocation(0, CoreSet.EMPTY, 0, 0, List.of(gres), 1)), false);
  }

  private static GresAllocation portions(String kind, String type, CoreSet devices, Long... each) {
    long sum = List.of(each).stream().mapToLong(Long::longValue).sum();
    return new GresAllocation(kind, type, devices, sum, List.of(each));
  }

  @Test
  void theSameDeviceIsNotGivenTwice() {
    ResourceLedger free = ResourceLedger.allFree(List.of(node()));
    GresAllocation shard = portions("shard", "a", CoreSet.of(0), 2L);
    assertThat(free.problem(allocation(shard))).isNull();
    assertThat(free.problem(allocation(shard, shard))).contains("shard twice");
    assertThat(free.problem(allocation(shard, portions("mps", "", CoreSet.of(0), 1L))))
        .contains("also as mps");
    assertThat(free.problem(allocation(portions("mps", "", CoreSet.of(0), 1L), shard)))
        .contains("also as shard");
    assertThat(free.problem(allocation(shard, new GresAllocation("gpu", "a", CoreSet.of(0), 1))))
        .contains("also as gpu");
    assertThat(free.problem(allocation(shard, new GresAllocation("gpu", "a", CoreSet.of(1), 1))))
        .isNull();
    assertThat(free.problem(allocation(shard, portions("mps", "", CoreSet.of(1), 1L)))).isNull();
  }

  @Test
  void moreThanADeviceHasIsNotGiven() {
    ResourceLedger free = ResourceLedger.allFree(List.of(node()));
    assertThat(free.problem(allocation(portions("shard", "a", CoreSet.of(0), 5L))))
        .contains("not enough free shard");
    assertThat(free.problem(allocation(portions("shard", "a", CoreSet.of(2), 1L))))
        .as("a device of another type")
        .contains("not enough free shard");
    assertThat(free.problem(allocation(portions("shard", "c", CoreSet.of(2), 1L))))
        .contains("no shard:c");
    assertThat(free.problem(allocation(portions("shard", "a", CoreSet.of(0, 1), 5L, -1L))))
        .contains("not enough free shard");
    assertThat(
            free.problem(
                allocation(new GresAllocation("shard", "a", CoreSet.of(0), 9, List.of(1L)))))
        .contains("not enough free shard");
    assertThat(free.problem(allocation(portions("gpu", "a", CoreSet.of(0), 1L))))
        .contains("not enough free gpu");
  }

  @Test
  void portionsOfOneDeviceAloneAreGivenAtATimeWhereThatIsSaid() {
    ResourceLedger free = ResourceLedger.allFree(List.of(node()));
    assertThat(free.problem(allocation(portions("mps", "", CoreSet.of(0, 1), 1L, 1L)))).isNotNull();
    Allocation first = allocation(portions("mps", "", CoreSet.of(1), 1L));
    free.allocate(first, ResourceLedger.NO_USER);
    assertThat(free.problem(allocation(portions("mps", "", CoreSet.of(0), 1L)))).isNotNull();
    assertThat(free.problem(allocation(portions("mps", "", CoreSet.of(1), 3L)))).isNull();
    assertThat(free.freeGres(0, 4)).isEqualTo(3);
    assertThat(free.freeDevices(0, 0)).isEqualTo(CoreSet.of(0));
    free.release(first);
    assertThat(free.problem(allocation(portions("mps", "", CoreSet.of(0), 4L)))).isNull();
  }

  /** Jobs that run go on when the configuration of their node changes. */
  @Test
  void whatJobsHoldIsCountedWhateverItsDevicesAreCalledNow() {
    ResourceLedger free = ResourceLedger.allFree(List.of(node()));
    Allocation whole = allocation(new GresAllocation("gpu", "", CoreSet.of(1, 2), 2));
    Allocation shards = allocation(portions("shard", "", CoreSet.of(0, 3), 3L, 1L));
    free.allocate(whole, ResourceLedger.NO_USER);
    free.allocate(shards, ResourceLedger.NO_USER);
    assertThat(free.freeGres(0, 0)).isZero();
    assertThat(free.freeGres(0, 1)).isZero();
    assertThat(free.freeGres(0, 2)).as("one of GPU 0").isEqualTo(1);
    assertThat(free.freeGres(0, 3)).as("three of GPU 3").isEqualTo(3);
    free.release(whole);
    free.release(shards);
    assertThat(free.freeGres(0, 0)).isEqualTo(2);
    assertThat(free.freeGres(0, 2)).isEqualTo(8);
  }

  @Test
  void aDeviceThatHasMovedToAnotherTypeIsCountedThere() {
    NodeView moved =
        node(List.of(devices("gpu", "a", 2, 2, 0, false), devices("gpu", "b", 0, 2, 0, false)));
    ResourceLedger free = ResourceLedger.allFree(List.of(moved));
    free.allocate(
        allocation(new GresAllocation("gpu", "a", CoreSet.of(0), 1)), ResourceLedger.NO_USER);
    assertThat(free.freeDevices(0, 0)).isEqualTo(CoreSet.of(2, 3));
    assertThat(free.freeDevices(0, 1)).isEqualTo(CoreSet.of(1));
    assertThat(free.freeGres(0, 0)).isEqualTo(2);
    assertThat(free.freeGres(0, 1)).isEqualTo(1);
  }

  @Test
  void aDeviceThatIsNotDividedAnyMoreIsFreeWhenTheLastOfItsJobsEnds() {
    NodeView undivided = node(List.of(devices("gpu", "", 0, 2, 0, false)));
    ResourceLedger free = ResourceLedger.allFree(List.of(undivided));
    Allocation one = allocation(portions("shard", "", CoreSet.of(0), 1L));
    Allocation two = allocation(portions("shard", "", CoreSet.of(0), 2L));
    free.allocate(one, ResourceLedger.NO_USER);
    free.allocate(two, ResourceLedger.NO_USER);
    assertThat(free.freeDevices(0, 0)).isEqualTo(CoreSet.of(1));
    free.release(one);
    assertThat(free.copy().freeGres(0, 0)).isEqualTo(1);
    free.release(two);
    assertThat(free.freeGres(0, 0)).isEqualTo(2);
  }

  /** What is accepted is right by a count of its own, and what is not accepted isn't. */
  @Test
  void noDeviceIsGivenMoreOftenThanItIsThere() {
    int accepted = 0;
    int refused = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      NodeView node = node();
      ResourceLedger free = ResourceLedger.allFree(List.of(node));
      List<Allocation> held = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Allocation next = made(random);
        held.add(next);
        boolean right = right(node, held);
        assertThat(free.problem(next) == null).as("seed %d: %s", seed, held).isEqualTo(right);
        if (right) {
          free.allocate(next, ResourceLedger.NO_USER);
          accepted++;
        } else {
          held.remove(held.size() - 1);
          refused++;
        }
        if (!held.isEmpty() && random.nextInt(3) == 0) {
          free.release(held.remove(random.nextInt(held.size())));
        }
      }
    }
    assertThat(accepted).isGreaterThan(1000);
    assertThat(refused).isGreaterThan(1000);
  }

  private static Allocation made(Random random) {
    GresAllocation[] some = new GresAllocation[1 + random.nextInt(2)];
    for (int i = 0; i < some.length; i++) {
      String kind = List.of("gpu", "shard", "mps").get(random.nextInt(3));
      String type = kind.equals("mps") ? "" : random.nextBoolean() ? "a" : "b";
      CoreSet devices = CoreSet.of(random.nextInt(4));
      if (random.nextInt(4) == 0) {
        devices = devices.union(CoreSet.of(random.nextInt(4)));
      }
      List<Long> portions = new ArrayList<>();
      devices.forEach(device -> portions.add((long) random.nextInt(6)));
      long sum = portions.stream().mapToLong(Long::longValue).sum();
      some[i] =
          kind.equals("gpu")
              ? new GresAllocation(kind, type, devices, devices.size())
              : new GresAllocation(kind, type, devices, sum, portions);
    }
    return allocation(some);
  }

  private static boolean right(NodeView node, List<Allocation> held) {
    Map<Integer, Map<String, Long>> uses = new HashMap<>();
    for (Allocation allocation : held) {
      List<String> entries = new ArrayList<>();
      Map<Integer, String> here = new HashMap<>();
      for (GresAllocation gres : allocation.nodes().get(0).gres()) {
        String entry = gres.name() + gres.type();
        GresInventory inventory =
            node.gres().stream()
                .filter(one -> (one.name() + one.type()).equals(entry))
                .findFirst()
                .orElseThrow();
        if (entries.contains(entry) || !inventory.deviceNumbers().containsAll(gres.devices())) {
          return false;
        }
        entries.add(entry);
        int[] numbers = gres.devices().toArray();
        for (int i = 0; i < numbers.length; i++) {
          long units = gres.portioned() ? gres.portions().get(i) : UNITS;
          String other = here.put(numbers[i], gres.name());
          boolean second = !gres.portioned() && !uses.getOrDefault(numbers[i], Map.of()).isEmpty();
          if (units < 1 || other != null || second) {
            return false;
          }
          uses.computeIfAbsent(numbers[i], key -> new HashMap<>())
              .merge(gres.name(), units, Long::sum);
        }
      }
    }
    boolean sound =
        uses.values().stream()
            .allMatch(use -> use.size() == 1 && use.values().iterator().next() <= UNITS);
    return sound && uses.values().stream().filter(use -> use.containsKey("mps")).count() <= 1;
  }
}
