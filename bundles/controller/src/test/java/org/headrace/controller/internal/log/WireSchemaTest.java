package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

/**
 * Gate: what is written into logs and snapshots, and sent to nodes, is only ever appended to. See
 * {@code docs/adr/0002-records-are-the-schema.md}.
 */
class WireSchemaTest {
  private static final Path KNOWN =
      Path.of("src/test/resources/org/headrace/controller/internal/log/wire-schema.txt");
  private static final String UPDATE = "headrace.wire.update";

  @Test
  void recordsEnumsAndVariantsAreOnlyAppendedTo() throws IOException {
    WireSchema known = WireSchema.parse(Files.readString(KNOWN));
    WireSchema now =
        WireSchema.of(LoggedCommand.class, SnapshotEntry.class, ToNode.class, FromNode.class);
    assertThat(known.brokenBy(now))
        .as(
            """
            Logs, snapshots and agents of before would be misread. Append components, constants and \
            variants at the end; leave those that are no longer used where they are. If nothing \
            that was written before has to be read any more, delete the type's lines from %s \
            by hand, and say so in the commit"""
                .formatted(KNOWN))
        .isEmpty();
    if (Boolean.getBoolean(UPDATE)) {
      Files.writeString(KNOWN, now.toString());
    }
    assertThat(Files.readString(KNOWN))
        .as(
            "What was appended is on record from now on: add -D%s=true to this test's call, and"
                + " commit %s",
            UPDATE, KNOWN)
        .isEqualTo(now.toString());
  }

  enum Colour {
    RED,
    GREEN
  }

  record Pair(int first, List<Colour> second) {}

  sealed interface Either {
    record One(Long value) implements Either {}

    record Two(Pair pair) implements Either {}
  }

  @Test
  void anAppendedMemberBreaksNothing() {
    WireSchema before = WireSchema.parse(head(Pair.class) + "  first int\n");
    assertThat(before.brokenBy(WireSchema.of(Pair.class))).isEmpty();
  }

  @Test
  void whatMovesGoesOrChangesIsNamed() {
    WireSchema now = WireSchema.of(Pair.class);
    String colours = "List<" + Colour.class.getName() + ">";
    assertThat(WireSchema.parse(head(Pair.class) + "  first long\n").brokenBy(now))
        .as("another type")
        .singleElement()
        .asString()
        .contains("Pair, position 0: 'first long' has become 'first int'");
    assertThat(WireSchema.parse(head(Pair.class) + "  second " + colours + "\n").brokenBy(now))
        .as("something inserted in front")
        .hasSize(1);
    assertThat(
            WireSchema.parse(now.toString().replace("  GREEN\n", "  GREEN\n  BLUE\n"))
                .brokenBy(now))
        .as("a constant removed")
        .singleElement()
        .asString()
        .contains("Colour, position 2: 'BLUE' has become nothing");
    assertThat(WireSchema.parse("record org.headrace.Gone\n").brokenBy(now))
        .containsExactly("record org.headrace.Gone is gone");
  }

  @Test
  void aSchemaIsReadAsItWasWritten() {
    WireSchema schema = WireSchema.of(Either.class);
    assertThat(WireSchema.parse(schema.toString())).isEqualTo(schema);
    assertThat(schema.types().keySet())
        .extracting(type -> type.replaceAll(".*[$]", ""))
        .containsExactlyInAnyOrder("Either", "One", "Two", "Pair", "Colour");
    assertThat(schema.toString()).contains("  value long\n");
  }

  private static String head(Class<?> type) {
    return "record " + type.getName() + "\n";
  }
}
