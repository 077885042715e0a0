package org.headrace.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeMaskTest {
  private static final int IDS = 400;

  /** Few ids somewhere, or many, or none. */
  private static BitSet some(Random random) {
    BitSet bits = new BitSet();
    int from = random.nextInt(IDS);
    int length = 1 + random.nextInt(IDS - from);
    for (int i = random.nextInt(4) * random.nextInt(20); i > 0; i--) {
      bits.set(from + random.nextInt(length));
    }
    return bits;
  }

  private static void same(NodeMask mask, BitSet expected) {
    assertThat(mask.toBitSet()).isEqualTo(expected);
    assertThat(mask)
        .isEqualTo(NodeMask.copyOf(expected))
        .hasSameHashCodeAs(NodeMask.copyOf(expected));
    assertThat(mask).isEqualTo(NodeMask.of(expected.stream().toArray()));
    assertThat(mask.size()).isEqualTo(expected.cardinality());
    assertThat(mask.isEmpty()).isEqualTo(expected.isEmpty());
    assertThat(mask.toArray()).isEqualTo(expected.stream().toArray());
    List<Integer> members = new ArrayList<>();
    mask.forEach(members::add);
    assertThat(members).isEqualTo(expected.stream().boxed().toList());
    for (int id = 0; id < IDS + 130; id++) {
      assertThat(mask.contains(id)).isEqualTo(expected.get(id));
      assertThat(mask.next(id)).isEqualTo(expected.nextSetBit(id));
    }
  }

  @Test
  void isASetOfIdsWhereverTheyAre() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      BitSet one = some(random);
      BitSet other = random.nextInt(8) == 0 ? (BitSet) one.clone() : some(random);
      NodeMask mask = NodeMask.copyOf(one);
      NodeMask second = NodeMask.copyOf(other);
      same(mask, one);
      assertThat(mask.equals(second)).isEqualTo(one.equals(other));
      assertThat(mask.intersects(second)).isEqualTo(one.intersects(other));
      BitSet and = (BitSet) one.clone();
      and.and(other);
      same(mask.intersection(second), and);
      BitSet or = (BitSet) one.clone();
      or.or(other);
      same(mask.union(second), or);
      BitSet without = (BitSet) one.clone();
      without.andNot(other);
      same(mask.minus(second), without);
    }
  }

  @Test
  void doesntChangeWithWhatItWasMadeOfOrIsGivenOutAs() {
    BitSet bits = new BitSet();
    bits.set(70);
    NodeMask mask = NodeMask.copyOf(bits);
    bits.set(3);
    mask.toBitSet().set(5);
    assertThat(mask.toArray()).containsExactly(70);
    assertThat(mask.contains(-1)).isFalse();
  }

  @Test
  void hasNoNegativeMembers() {
    assertThatThrownBy(() -> NodeMask.of(3, -1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
