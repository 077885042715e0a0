package org.headrace.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedCoresTest {
  private static final int CORES = 8;

  /** Two sockets of four cores with two threads each. */
  private static final NodeView NODE =
      new NodeView(
          0, "n0", new NodeHardware(1, 2, 4, 2, 1000, 0), Set.of(), List.of(), 1, NodeState.USABLE);

  private ResourceLedger ledger = ResourceLedger.allFree(List.of(NODE));

  private static Allocation on(CoreTerms terms, int... cores) {
    CoreSet set = CoreSet.of(cores);
    NodeAllocation part = new NodeAllocation(0, set, 2 * set.size(), 0, List.of(), 1);
    return new Allocation(List.of(part), false).withTerms(terms);
  }

  private void take(Allocation allocation) {
    assertThat(ledger.problem(allocation)).isNull();
    ledger.allocate(allocation, ResourceLedger.NO_USER);
  }

  private static CoreTerms limited(String partition, int node, int socket) {
    return new CoreTerms(partition, 1, node, socket);
  }

  @Test
  void aPartitionUsesNoMoreOfANodeThanItMay() {
    CoreTerms few = limited("few", 7, CoreTerms.ANY);
    assertThat(ledger.openCoreCount(0, few)).as("seven CPUs are three cores").isEqualTo(3);
    assertThat(ledger.problem(on(few, 0, 1, 2, 3))).contains("few").contains("n0");
    Allocation two = on(few, 0, 1);
    take(two);
    assertThat(ledger.openCoreCount(0, few)).isEqualTo(1);
    assertThat(ledger.problem(on(few, 2, 3))).isNotNull();
    assertThat(ledger.problem(on(limited("other", 7, CoreTerms.ANY), 2, 3, 4))).isNull();
    take(on(CoreTerms.ALONE, 2, 3, 4, 5, 6));
    assertThat(ledger.openCores(0, few)).isEqualTo(CoreSet.of(7));
    take(on(few, 7));
    ledger.release(two);
    assertThat(ledger.openCoreCount(0, few)).isEqualTo(2);
  }

  @Test
  void aPartitionUsesNoMoreOfASocketThanItMay() {
    CoreTerms few = limited("few", CoreTerms.ANY, 4);
    assertThat(ledger.openCores(0, few)).isEqualTo(CoreSet.of(0, 1, 4, 5));
    assertThat(ledger.problem(on(few, 0, 1, 2))).isNotNull();
    take(on(few, 2, 4, 5));
    assertThat(ledger.openCores(0, few)).isEqualTo(CoreSet.of(0));
    assertThat(ledger.problem(on(few, 3))).as("any one of them will do").isNull();
    assertThat(ledger.problem(on(few, 6))).isNotNull();
  }

  @Test
  void aCoreHasAsManyJobsAsAllOfThemAllow() {
    CoreTerms three = new CoreTerms("shared", 3, CoreTerms.ANY, CoreTerms.ANY);
    take(on(three, 0, 1));
    take(on(three, 1, 2));
    assertThat(ledger.freeCores(0)).isEqualTo(CoreSet.of(3, 4, 5, 6, 7));
    assertThat(ledger.problem(on(CoreTerms.ALONE, 0))).contains("busy");
    CoreTerms others = new CoreTerms("other", 2, CoreTerms.ANY, CoreTerms.ANY);
    Allocation other = on(others, 1);
    take(other);
    take(on(others, 0));
    assertThat(ledger.openCores(0, others))
        .as("each partition counts its own")
        .isEqualTo(CoreSet.firstOf(CORES));
    ledger.release(other);
    assertThat(ledger.openCores(0, three.sharing(1))).isEqualTo(ledger.freeCores(0));
    assertThat(ledger.openCores(0, three.sharing(2)))
        .isEqualTo(CoreSet.firstOf(CORES).minus(CoreSet.of(1)));
    assertThat(ledger.openCores(0, three)).isEqualTo(CoreSet.firstOf(CORES));
    CoreTerms two = new CoreTerms("shared", 2, CoreTerms.ANY, CoreTerms.ANY);
    take(on(two, 0));
    assertThat(ledger.openCores(0, three).contains(0))
        .as("one of them shares with one other only")
        .isFalse();
    take(on(CoreTerms.ALONE, 3));
    assertThat(ledger.openCores(0, three)).isEqualTo(CoreSet.of(1, 2, 4, 5, 6, 7));
  }

  /** Whatever comes and goes, the ledger knows of each core how many jobs have it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void noCoreEverHasMoreJobsThanTermsAllow(long seed) {
    Random random = new Random(seed);
    CoreSet system = NODE.hardware().lastCores((int) (seed % 3));
    NodeHardware hardware = NODE.hardware().withSystem(system);
    ledger =
        ResourceLedger.allFree(
            List.of(new NodeView(0, "n0", hardware, Set.of(), List.of(), 1, NodeState.USABLE)));
    List<Allocation> there = new ArrayList<>();
    for (int round = 0; round < 2000; round++) {
      if (!there.isEmpty() && random.nextInt(100) < 48) {
        ledger.release(there.remove(random.nextInt(there.size())));
      } else {
        Allocation some = on(terms(random), cores(random));
        boolean fits = fits(some, there) && !some.nodes().get(0).cores().intersects(system);
        assertThat(ledger.problem(some) == null).as("%s beside %s", some, there).isEqualTo(fits);
        if (fits) {
          ledger.allocate(some, ResourceLedger.NO_USER);
          there.add(some);
        }
      }
      ResourceLedger copy = ledger.copy();
      CoreSet taken =
          there.stream()
              .map(one -> one.nodes().get(0).cores())
              .reduce(CoreSet.EMPTY, CoreSet::union);
      assertThat(copy.freeCores(0)).isEqualTo(CoreSet.firstOf(CORES).minus(taken).minus(system));
    }
    Collections.shuffle(there, random);
    there.forEach(ledger::release);
    assertThat(ledger.freeCoreCount(0)).isEqualTo(CORES - system.size());
    assertThat(ledger.openCoreCount(0, limited("b", 8, CoreTerms.ANY))).isEqualTo(4);
  }

  private static CoreTerms terms(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> CoreTerms.ALONE;
      case 1 -> CoreTerms.UNSTATED;
      case 2 -> new CoreTerms("a", 1 + random.nextInt(4), CoreTerms.ANY, CoreTerms.ANY);
      case 3 -> new CoreTerms("b", 1 + random.nextInt(2), 8, CoreTerms.ANY);
      default -> new CoreTerms("c", 2, 12, 6);
    };
  }

  private static int[] cores(Random random) {
    return random.ints(0, CORES).limit(1 + random.nextInt(3)).distinct().toArray();
  }

  /** Worked out from all that there are, core by core. */
  private static boolean fits(Allocation wanted, List<Allocation> there) {
    CoreTerms terms = wanted.terms();
    int node = wanted.nodes().get(0).cores().size();
    int[] socket = new int[2];
    for (int core : wanted.nodes().get(0).cores().toArray()) {
      socket[core / 4]++;
      int jobs = 1;
      int most = Math.max(1, terms.jobs());
      for (Allocation other : there) {
        if (other.nodes().get(0).cores().contains(core)) {
          boolean both = terms.shares() && other.terms().shares();
          boolean alike = other.terms().partition().equals(terms.partition());
          jobs += !both || alike ? 1 : 0;
          most = Math.min(most, !both ? 1 : alike ? other.terms().jobs() : most);
        }
      }
      if (jobs > most) {
        return false;
      }
    }
    for (Allocation other : there) {
      if (other.terms().partition().equals(terms.partition()) && !terms.partition().isEmpty()) {
        CoreSet cores = other.nodes().get(0).cores();
        // One that shares with nobody, and has no limit, isn't counted.
        boolean counts = other.terms().matter();
        node += counts ? cores.size() : 0;
        socket[0] += counts ? cores.countIn(0, 4) : 0;
        socket[1] += counts ? cores.countIn(4, 8) : 0;
      }
    }
    return (terms.nodeCpus() == CoreTerms.ANY || 2 * node <= terms.nodeCpus())
        && (terms.socketCpus() == CoreTerms.ANY
            || 2 * Math.max(socket[0], socket[1]) <= terms.socketCpus());
  }

  @Test
  void theTermsOfAPartition() {
    PartitionView partition =
        new PartitionView(
            "p",
            NodeMask.of(0),
            PartitionView.State.UP,
            1,
            1,
            1,
            1,
            1,
            Sharing.CORES,
            Map.of("MaxCPUsPerNode", "5", "MaxCPUsPerSocket", "UNLIMITED"));
    CoreTerms terms = CoreTerms.of(partition, ResourceRequest.singleCpu());
    assertThat(terms).isEqualTo(new CoreTerms("p", 1, 5, CoreTerms.ANY));
    assertThat(terms.cpus(NODE.hardware())).isEqualTo(4);
    assertThat(CoreTerms.ALONE.cpus(NODE.hardware())).isEqualTo(16);
    assertThat(new CoreTerms("p", 2, CoreTerms.ANY, CoreTerms.ANY).in(partition))
        .isEqualTo(new CoreTerms("p", 2, 5, CoreTerms.ANY));
  }
}
