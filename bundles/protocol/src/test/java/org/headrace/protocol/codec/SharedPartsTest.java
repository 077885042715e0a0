package org.headrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedPartsTest {
  private static final RecordCodec<Order> CODEC = RecordCodec.of(Order.class);

  private final SharedParts parts = SharedParts.of(Order.class);

  public record Address(String street, String town, double height, Long since) {}

  public record Customer(String name, Address home, List<Address> others) {}

  public record Content(
      Customer customer, String remark, Map<String, Long> limits, Content inner, byte[] raw) {}

  public record Order(long id, int sign, Content content, Customer seller) {}

  private static Order order(Random random, long id) {
    Address home =
        new Address(
            "a street of a certain length " + random.nextInt(3),
            random.nextBoolean() ? "" : "Åbo",
            random.nextInt(3) - 1.5,
            random.nextBoolean() ? null : -random.nextLong());
    Customer customer =
        new Customer(random.nextInt(4) == 0 ? null : "somebody", home, List.of(home, home));
    Content inner =
        random.nextBoolean()
            ? null
            : new Content(customer, "remark " + id, Map.of("most", id), null, new byte[200]);
    Content content =
        new Content(
            random.nextInt(5) == 0 ? null : customer,
            "x".repeat(random.nextInt(5_000) * random.nextInt(2)),
            Map.of("a limit with a long name", 1L, "another", -id),
            inner,
            new byte[] {(byte) id});
    return new Order(id, (int) -id, content, random.nextInt(3) == 0 ? null : customer);
  }

  @Test
  void whatIsUnpackedIsWhatWasPackedByteByByte() {
    Random random = new Random(4);
    List<byte[]> written = new ArrayList<>();
    List<byte[]> packed = new ArrayList<>();
    for (long id = 1; id <= 3_000; id++) {
      written.add(CODEC.encode(order(random, id)));
      packed.add(parts.pack(written.get(written.size() - 1)));
      if (id % 3 == 0) {
        // What others refer to as well stays.
        int gone = random.nextInt(packed.size());
        parts.drop(packed.remove(gone));
        written.remove(gone);
      }
    }
    assertThat(parts.size()).isPositive();
    for (int i = 0; i < packed.size(); i++) {
      assertThat(parts.unpack(packed.get(i))).isEqualTo(written.get(i));
    }
    packed.forEach(parts::drop);
    assertThat(parts.size()).isZero();
  }

  @Test
  void whatManyHaveInCommonTakesAlmostNothing() {
    Address home = new Address("the same street for all of them", "Turku", 3, 7L);
    int last = 0;
    for (long id = 1; id <= 100; id++) {
      Content content =
          new Content(
              new Customer("somebody", home, List.of(home)),
              "no. " + id,
              Map.of("a limit with a long name", 1L),
              null,
              new byte[0]);
      last = parts.pack(CODEC.encode(new Order(id, 0, content, null))).length;
    }
    assertThat(last).isLessThan(25);
  }

  @Test
  void whatIsDroppedIsNeverTakenForAnother() {
    byte[] first = packed("the one that is gone by then");
    parts.drop(first);
    for (int i = 0; i < 300; i++) {
      packed("another one, with number " + i);
    }
    assertThat(parts.unpack(first)).isNull();
    parts.clear();
    assertThat(parts.unpack(packed("the one that is gone by then"))).isNotNull();
  }

  /** The last of several that make a customer worth sharing; it alone is left. */
  private byte[] packed(String name) {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Content content = new Content(new Customer(name, null, List.of()), "", Map.of(), null, null);
      all.add(parts.pack(CODEC.encode(new Order(i, 0, content, null))));
    }
    all.subList(0, 4).forEach(parts::drop);
    return all.get(4);
  }
}
