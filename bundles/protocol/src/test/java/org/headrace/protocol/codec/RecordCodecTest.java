package org.headrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  public enum Colour {
    RED,
    GREEN
  }

  public record Old(int number, String text) {}

  public record New(int number, String text, List<String> added, Colour colour, Long boxed) {}

  public record Everything(
      byte b,
      short s,
      int i,
      long l,
      boolean z,
      double d,
      String text,
      String nothing,
      Colour colour,
      byte[] bytes,
      int[] ints,
      List<Old> list,
      Set<Colour> set,
      Map<String, Integer> map,
      Old nested) {}

  @Test
  void everyKindOfComponentComesBack() {
    Everything value =
        new Everything(
            (byte) -3,
            (short) 400,
            -1,
            Long.MIN_VALUE,
            true,
            -0.5,
            "grün\u0000☃",
            null,
            Colour.GREEN,
            new byte[] {0, -1},
            new int[] {Integer.MAX_VALUE, -7},
            List.of(new Old(1, ""), new Old(0, "x".repeat(300))),
            Set.of(Colour.RED, Colour.GREEN),
            Map.of("b", 2, "a", 0),
            new Old(5, "five"));
    RecordCodec<Everything> codec = RecordCodec.of(Everything.class);
    Everything back = codec.decode(codec.encode(value));
    assertThat(back).usingRecursiveComparison().isEqualTo(value);
  }

  public record Outer(int number, New inner) {}

  /** Equal inner records are made once, unequal ones never taken for each other. */
  @Test
  void innerRecordsThatRepeatAreShared() {
    RecordCodec<Outer> codec = RecordCodec.of(Outer.class);
    for (int i = 0; i < 5_000; i++) {
      int kind = i < 2_000 ? i % 7 : i;
      New inner = new New(kind, "text of kind " + kind, List.of("a"), Colour.GREEN, (long) kind);
      Outer outer = new Outer(i, inner);
      assertThat(codec.decode(codec.encode(outer))).isEqualTo(outer);
    }
    byte[] bytes = codec.encode(new Outer(1, new New(1, "shared text", List.of(), null, null)));
    Outer again = codec.decode(bytes);
    for (int i = 0; i < 200 && codec.decode(bytes).inner() != again.inner(); i++) {
      again = codec.decode(bytes);
    }
    assertThat(codec.decode(bytes).inner()).isSameAs(again.inner());
  }

  @Test
  void oldReadersSkipAndNewReadersAssume() {
    New fresh = new New(7, "seven", List.of("a", "b"), Colour.GREEN, 9L);
    Old seenByOld = RecordCodec.of(Old.class).decode(RecordCodec.of(New.class).encode(fresh));
    assertThat(seenByOld).isEqualTo(new Old(7, "seven"));
    New seenByNew =
        RecordCodec.of(New.class).decode(RecordCodec.of(Old.class).encode(new Old(7, "seven")));
    assertThat(seenByNew).isEqualTo(new New(7, "seven", List.of(), Colour.RED, 0L));
  }

  @Test
  void bytesOfTheLogDoNotChange() {
    Command command =
        new Command.ApplyPlan(
            new Plan(
                3,
                List.of(
                    new Decision.Start(
                        17,
                        "main",
                        new Allocation(
                            List.of(
                                new NodeAllocation(
                                    2,
                                    CoreSet.of(0, 1),
                                    2,
                                    200,
                                    List.of(new GresAllocation("gpu", "", CoreSet.of(1), 1)),
                                    2)),
                            false))),
                1),
            new long[] {17},
            new long[] {4000});
    assertThat(HexFormat.of().formatHex(RecordCodec.of(Command.class).encode(command)))
        .isEqualTo(
            "400e3e02350006062f2e002c002206046d61696e0a22021e1d0004060302010308040c9003"
                + "120d0c02036770750a030201020c021404120008020601110a02a01f");
    String before =
        "3e0e3c02330006062d2c002a002206046d61696e0a20021e1d0004060302010308040c9003"
            + "120d0c02036770750a030201020c02140408020601110a02a01f";
    Command old = RecordCodec.of(Command.class).decode(HexFormat.of().parseHex(before));
    assertThat(((Command.ApplyPlan) old).plan()).isEqualTo(((Command.ApplyPlan) command).plan());
  }

  @Test
  void allCommandsOutcomesAndEventsHaveACodec() {
    assertThat(RecordCodec.of(Command.class)).isNotNull();
    assertThat(RecordCodec.of(Outcome.class)).isNotNull();
    assertThat(RecordCodec.of(Event.class)).isNotNull();
  }

  @Test
  void aRequestForOneCpuTakesFewBytes() {
    RecordCodec<ResourceRequest> codec = RecordCodec.of(ResourceRequest.class);
    byte[] bytes = codec.encode(ResourceRequest.singleCpu());
    assertThat(bytes.length).isLessThan(32);
    assertThat(codec.decode(bytes)).isEqualTo(ResourceRequest.singleCpu());
  }

  @Test
  void damagedBytesAreRefusedAndNeverReadBeyond() {
    RecordCodec<Command> codec = RecordCodec.of(Command.class);
    byte[] good =
        codec.encode(
            new Command.UpdateNodes(List.of("n1", "n2"), Command.NodeChange.DRAIN, "broken"));
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(bad.length + 1);
      try {
        codec.decode(bad, 0, length);
      } catch (CodecException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void whatFollowsIsRefused() {
    RecordCodec<Old> codec = RecordCodec.of(Old.class);
    byte[] bytes = codec.encode(new Old(1, "a"));
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> codec.decode(longer)).hasMessageContaining("too many");
  }

  @Test
  void aTypeThatIsNoRecordIsRefused() {
    assertThatThrownBy(() -> RecordCodec.of(Object.class)).isInstanceOf(CodecException.class);
  }
}
