package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.launcher.ParallelWorld;

/**
 * Which ranks of a parallel program are on which node, as PMI says it: {@code
 * (vector,(first,nodes,ranks),...)}. Each block goes over {@code nodes} nodes from number {@code
 * first} on, with as many consecutive ranks on each. A reader that has come to the end while there
 * are ranks left begins again with the first block.
 */
final class RankMapping {
  private record Block(int first, int nodes, int ranks) {
    @Override
    public String toString() {
      return "(" + first + "," + nodes + "," + ranks + ")";
    }
  }

  private RankMapping() {}

  /**
   * The mapping, as short as it has to be.
   *
   * @param nodeOfRank number of the node of each rank, from 0
   * @return empty where no mapping is short enough: programs compare host names then
   */
  static String of(int[] nodeOfRank) {
    List<Block> blocks = blocks(nodeOfRank);
    String all = text(blocks, blocks.size());
    if (all.length() <= ParallelWorld.MAX_MAPPING_BYTES) {
      return all;
    }
    String period = text(blocks, period(blocks));
    return period.length() <= ParallelWorld.MAX_MAPPING_BYTES ? period : "";
  }

  private static List<Block> blocks(int[] nodeOfRank) {
    List<Block> blocks = new ArrayList<>();
    int rank = 0;
    while (rank < nodeOfRank.length) {
      int end = rank;
      while (end < nodeOfRank.length && nodeOfRank[end] == nodeOfRank[rank]) {
        end++;
      }
      add(blocks, nodeOfRank[rank], end - rank);
      rank = end;
    }
    return blocks;
  }

  private static void add(List<Block> blocks, int node, int ranks) {
    Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
    if (last != null && last.ranks() == ranks && last.first() + last.nodes() == node) {
      blocks.set(blocks.size() - 1, new Block(last.first(), last.nodes() + 1, ranks));
    } else {
      blocks.add(new Block(node, 1, ranks));
    }
  }

  /** How many blocks are repeated by the others; the last may be cut off, as ranks end there. */
  private static int period(List<Block> blocks) {
    int length = 1;
    for (int i = 1; i < blocks.size(); i++) {
      if (!repeats(blocks, i, length)) {
        length = i + 1;
      }
    }
    return length;
  }

  private static boolean repeats(List<Block> blocks, int index, int length) {
    Block block = blocks.get(index);
    Block model = blocks.get(index % length);
    boolean cut =
        index == blocks.size() - 1
            && block.first() == model.first()
            && (block.ranks() == model.ranks() && block.nodes() < model.nodes()
                || block.nodes() == 1 && block.ranks() < model.ranks());
    return block.equals(model) || cut;
  }

  private static String text(List<Block> blocks, int count) {
    StringBuilder text = new StringBuilder("(vector");
    blocks.subList(0, count).forEach(block -> text.append(',').append(block));
    return text.append(')').toString();
  }
}
