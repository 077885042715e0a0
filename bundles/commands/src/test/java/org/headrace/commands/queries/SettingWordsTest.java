package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.headrace.control.definition.ClusterDefinition;
import org.junit.jupiter.api.Test;

/** Settings that are lists of words. */
class SettingWordsTest {
  @Test
  void aWordIsOneOfTheListHoweverItIsWritten() {
    ClusterDefinition cluster =
        PeerModel.definition(
            Map.of("SelectTypeParameters", "CR_Core, cr_pack_nodes", "X11Parameters", ""));
    assertThat(cluster.hasWord("SelectTypeParameters", "CR_Pack_Nodes")).isTrue();
    assertThat(cluster.hasWord("SelectTypeParameters", "CR_CORE")).isTrue();
    assertThat(cluster.hasWord("SelectTypeParameters", "CR_Pack")).isFalse();
    assertThat(cluster.hasWord("X11Parameters", "home_xauthority")).isFalse();
    assertThat(cluster.hasWord("PrologFlags", "X11")).isFalse();
  }
}
