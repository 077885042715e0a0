package org.headrace.api.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/** An immutable set of node ids. */
public final class NodeMask {
  /** The set without members. */
  public static final NodeMask EMPTY = new NodeMask(new BitSet());

  private final BitSet bits;

  /** Counted when it is first asked for; whichever thread does finds the same. */
  private int size = -1;

  private NodeMask(BitSet bits) {
    this.bits = bits;
  }

  public static NodeMask of(int... ids) {
    BitSet bits = new BitSet();
    for (int id : ids) {
      bits.set(id);
    }
    return new NodeMask(bits);
  }

  /** A copy of {@code bits}. */
  public static NodeMask copyOf(BitSet bits) {
    return new NodeMask((BitSet) bits.clone());
  }

  public boolean contains(int id) {
    return id >= 0 && bits.get(id);
  }

  public int size() {
    if (size < 0) {
      size = bits.cardinality();
    }
    return size;
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  /** Lowest member at or above {@code from}, or -1. */
  public int next(int from) {
    return bits.nextSetBit(from);
  }

  public void forEach(IntConsumer action) {
    for (int id = bits.nextSetBit(0); id >= 0; id = bits.nextSetBit(id + 1)) {
      action.accept(id);
    }
  }

  public boolean intersects(NodeMask other) {
    return bits.intersects(other.bits);
  }

  public NodeMask intersection(NodeMask other) {
    BitSet result = (BitSet) bits.clone();
    result.and(other.bits);
    return new NodeMask(result);
  }

  public NodeMask union(NodeMask other) {
    BitSet result = (BitSet) bits.clone();
    result.or(other.bits);
    return new NodeMask(result);
  }

  public NodeMask minus(NodeMask other) {
    BitSet result = (BitSet) bits.clone();
    result.andNot(other.bits);
    return new NodeMask(result);
  }

  /** A copy that the caller may change. */
  public BitSet toBitSet() {
    return (BitSet) bits.clone();
  }

  /** Members, ascending. */
  public int[] toArray() {
    return bits.stream().toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeMask mask && bits.equals(mask.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return Arrays.toString(toArray());
  }
}
