package org.headrace.slurmconf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotationsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1M",
    "1K, 1M",
    "1025K, 2M",
    "2047k, 2M",
    "512K, 1M",
    "1MB, 1M",
    "1G, 1G",
    "1gb, 1G",
    "1T, 1T",
    "0, 0",
    "99999999T, 99999999T",
    "5000000000, 4882812.50G",
    "1000, 1000M",
    "1536, 1.50G",
    "2560, 2.50G",
    "100000, 100000M",
    "102400, 100G",
    "1048577, 1048577M",
    "1049600, 1025G",
    "1572864, 1.50T",
    "1025, 1025M"
  })
  void memory(String text, String printed) {
    assertThat(Sizes.formatMemory(Sizes.parseMemory(text))).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1P", "1.5G", "-1", "1X", "G", "99999999999999T9", "999999999999999999T"})
  void refusedMemory(String text) {
    assertThatThrownBy(() -> Sizes.parseMemory(text)).isInstanceOf(TextFormatException.class);
  }

  @Test
  void counts() {
    assertThat(Sizes.parseCount("1k")).isEqualTo(1024);
    assertThat(Sizes.parseCount("1m")).isEqualTo(1048576);
    assertThat(Sizes.parseCount("10G")).isEqualTo(10L << 30);
    assertThat(Sizes.parseCount("2P")).isEqualTo(2L << 50);
    assertThat(Sizes.parseCount("17")).isEqualTo(17);
    assertThatThrownBy(() -> Sizes.parseCount("999999999999999999P")).hasMessageContaining("large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-15:4%3,20|0,4,8,12,20%3",
        "1-10:3|1,4,7,10",
        "5,3,1|1,3,5",
        "1-3,2-4|1-4",
        "1,1|1",
        "[1-3]|1-3",
        "0-0|0",
        "1-3%9|1-3%9",
        "10-20:100|10",
        "1-11:2|1,3,5,7,9,11",
        "1-13:2|1-13:2",
        "1-1000:7|1-995:7",
        "0,2,4,6,8,9|0,2,4,6,8-9",
        "0-2,4-8:2|0-2,4,6,8",
        "1-5%2%3|1-5%2",
        "1-3%|1-3",
        "1-3%0|1-3",
        "01-03|1-3"
      })
  void arrays(String text, String printed) {
    if (text.equals("1-5%2%3")) {
      assertThatThrownBy(() -> ArraySpec.parse(text, 1001)).hasMessageContaining("after %");
      return;
    }
    ArraySpec spec = ArraySpec.parse(text, 1001);
    assertThat(spec).hasToString(printed);
    assertThat(ArraySpec.parse(spec.toString(), 1001)).isEqualTo(spec);
  }

  @Test
  void longArraysAreAbbreviatedAsByThePeer() {
    assertThat(ArraySpec.parse("0-200:2,201", 1001).abbreviated())
        .isEqualTo("0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32,34,36,38,40,42...");
    assertThat(ArraySpec.parse("100-400:3,401,403%5", 1001).abbreviated())
        .isEqualTo("100,103,106,109,112,115,118,121,124,127,130,133,136,139,142,...%5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "0-5:0",
        "5-1",
        "1001",
        "99999999999",
        "-1",
        "1:2",
        "1 - 3",
        "1,,2",
        "1,",
        "[1",
        "1%x",
        "0-999999999"
      })
  void refusedArrays(String text) {
    assertThatThrownBy(() -> ArraySpec.parse(text, 1001)).isInstanceOf(TextFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "123",
        "123_4",
        "123_[1-9%3]",
        "123+1",
        "123.0",
        "123.batch",
        "123_4.extern",
        "123.interactive",
        "123+1.2"
      })
  void jobIdsRoundTrip(String text) {
    assertThat(JobReference.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "abc",
        "1_",
        "1_x",
        "1+",
        "1.",
        "1.foo",
        "1.2.3",
        "4294967296",
        "1_[]",
        "1_[1",
        "99999999999999999999",
        " 1",
        "1 ",
        "1\n"
      })
  void refusedJobIds(String text) {
    assertThatThrownBy(() -> JobReference.parse(text)).isInstanceOf(TextFormatException.class);
  }

  @Test
  void signals() {
    assertThat(SignalNames.parse("9")).isEqualTo(9);
    assertThat(SignalNames.parse("KILL")).isEqualTo(9);
    assertThat(SignalNames.parse("sigusr1")).isEqualTo(10);
    assertThat(SignalNames.name(15)).isEqualTo("TERM");
    assertThat(SignalNames.name(40)).isEqualTo("40");
    for (String bad : List.of("0", "99", "FOO", "", "-9", "SIG")) {
      assertThatThrownBy(() -> SignalNames.parse(bad)).hasMessageContaining("USR1");
    }
  }

  @Test
  void nodeCounts() {
    assertThat(RangeList.parse("1k").min()).isEqualTo(1024);
    RangeList list = RangeList.parse("1-15:4,20");
    assertThat(list.min()).isEqualTo(1);
    assertThat(list.max()).isEqualTo(20);
    assertThat(list.contains(13)).isTrue();
    assertThat(list.contains(15)).isFalse();
    assertThat(list).hasToString("1-15:4,20");
    assertThat(RangeList.parse("1-15:4").max()).isEqualTo(13);
    assertThat(RangeList.parse("2-8").isContiguous()).isTrue();
    assertThat(list.isContiguous()).isFalse();
    for (String bad : List.of("", "X", "2-1", "1-", "-2", "1-4:0", "1:2", "1,".repeat(100000))) {
      assertThatThrownBy(() -> RangeList.parse(bad)).isInstanceOf(TextFormatException.class);
    }
  }

  @Test
  void masksAndBitmapsRoundTrip() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      BitSet set = new BitSet();
      for (int i = 0; i < random.nextInt(40); i++) {
        set.set(random.nextInt(130));
      }
      assertThat(BitmapList.parse(BitmapList.format(set))).isEqualTo(set);
      assertThat(CpuMask.parse(CpuMask.format(set))).isEqualTo(set);
    }
    assertThat(BitmapList.format(BitmapList.parse("7,0-2,3"))).isEqualTo("0-3,7");
    assertThat(CpuMask.format(BitmapList.parse("0-3,4"))).isEqualTo("0x1F");
    assertThat(CpuMask.format(new BitSet())).isEqualTo("0x0");
    for (String bad : List.of("0x", "zz", "", "0x-1", "f".repeat(100000))) {
      assertThatThrownBy(() -> CpuMask.parse(bad)).isInstanceOf(TextFormatException.class);
    }
    for (String bad : List.of("3-1", "x", "1,,2", "0-999999999", "1-2-3")) {
      assertThatThrownBy(() -> BitmapList.parse(bad)).isInstanceOf(TextFormatException.class);
    }
  }

  @Test
  void runLengths() {
    assertThat(RunLength.format(List.of(72L, 72L, 36L))).isEqualTo("72(x2),36");
    assertThat(RunLength.parse("72(x2),36")).containsExactly(72L, 72L, 36L);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      List<Long> counts = new ArrayList<>();
      for (int j = random.nextInt(20); j > 0; j--) {
        counts.add((long) random.nextInt(3));
      }
      assertThat(RunLength.parse(RunLength.format(counts))).isEqualTo(counts);
    }
    for (String bad : List.of("1(x)", "1(x999999999)", "(x2)", "1,", "x")) {
      assertThatThrownBy(() -> RunLength.parse(bad)).isInstanceOf(TextFormatException.class);
    }
  }
}
