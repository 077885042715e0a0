package org.headrace.slurmconf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostlistTest {
  static Stream<String[]> peerCases() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                HostlistTest.class.getResourceAsStream("hostlist-peer.tsv"),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("peerCases")
  void agreesWithScontrol(String input, String names, String list, String sorted) {
    List<String> expected = Arrays.asList(names.split(" "));
    assertThat(Hostlist.expand(input)).isEqualTo(expected);
    assertThat(Hostlist.compress(expected)).isEqualTo(list);
    assertThat(Hostlist.compressSorted(expected)).isEqualTo(sorted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n[",
        "n]",
        "n[]",
        "n[1-",
        "n[1",
        "n[-1]",
        "n[a-b]",
        "[[[[",
        "n[3-1]",
        "n[1-3]]",
        "n[1,]",
        "n[,1]",
        "n[1,,2]",
        "n[1--2]",
        "n[1-3:2]",
        "n[0x1]",
        "n[1[2]]",
        "n[1 -3]",
        "n[1-]",
        "n[99999999999999999999]",
        "a\u0000b",
        "a\u0007"
      })
  void refusesMalformed(String text) {
    assertThatThrownBy(() -> Hostlist.expand(text))
        .isInstanceOf(TextFormatException.class)
        .hasMessageContaining("character");
  }

  @Test
  void boundsExpansionBeforeMakingNames() {
    assertThatThrownBy(() -> Hostlist.expand("n[0-999999999]"))
        .hasMessageContaining("stands for 1000000000 names; at most 1000000");
    assertThatThrownBy(() -> Hostlist.expand("n[1-3]", 2)).hasMessageContaining("at most 2");
    String many = "[0-999999999]".repeat(8);
    assertThatThrownBy(() -> Hostlist.expand(many)).hasMessageContaining("far too many");
    assertThat(Hostlist.count("n[1-1000],m[1-10]x[1-10]")).isEqualTo(1100);
    assertThat(Hostlist.expand("n[000000-999999]")).hasSize(1_000_000);
  }

  @Test
  void survivesHugeAndNestedInput() {
    String deep = "[".repeat(5_000_000);
    assertThatThrownBy(() -> Hostlist.expand(deep)).isInstanceOf(TextFormatException.class);
    String dimensions = "a[1]".repeat(1000);
    assertThatThrownBy(() -> Hostlist.expand(dimensions)).hasMessageContaining("more than 16");
    assertThat(Hostlist.expand("a,".repeat(1_000_000))).hasSize(1_000_000);
    assertThat(Hostlist.expand("")).isEmpty();
  }

  @Test
  void messagesQuoteControlCharacters() {
    assertThatThrownBy(() -> Hostlist.expand("a\u001b[31m"))
        .hasMessageContaining("\\x1b")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void whatIsCompressedExpandsToTheSame() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<String> names = new ArrayList<>();
      for (int i = random.nextInt(60); i >= 0; i--) {
        names.add(randomName(random));
      }
      String packed = Hostlist.compress(names);
      assertThat(Hostlist.expand(packed)).as("seed %d: %s", seed, packed).isEqualTo(names);
      List<String> sorted = Hostlist.expand(Hostlist.compressSorted(names));
      assertThat(sorted).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(names);
      Collections.shuffle(names, random);
      assertThat(Hostlist.expand(Hostlist.compressSorted(names))).isEqualTo(sorted);
    }
  }

  private static String randomName(Random random) {
    String[] prefixes = {"n", "gpu-", "rack3n", "x", ""};
    String prefix = prefixes[random.nextInt(prefixes.length)];
    int width = random.nextInt(4);
    String digits = width == 0 ? "" : String.format("%0" + width + "d", random.nextInt(120));
    return prefix.isEmpty() && digits.isEmpty() ? "node" : prefix + digits;
  }
}
