package org.headrace.slurmconf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.headrace.api.model.GresInventory;
import org.headrace.slurmconf.ClusterConfiguration;
import org.headrace.slurmconf.ConfigurationResult;
import org.headrace.slurmconf.SlurmConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GresInventoriesTest {
  @TempDir Path directory;

  private List<GresInventory> inventory(String promised, String gresConf) throws Exception {
    Path file = directory.resolve("slurm.conf");
    Files.writeString(
        file,
        """
        ClusterName=c
        SlurmctldHost=h
        GresTypes=gpu,mps,shard,nic
        NodeName=n[1-2] CPUs=8 Gres=%s
        PartitionName=p Nodes=n[1-2]
        """
            .formatted(promised));
    Files.writeString(directory.resolve("gres.conf"), gresConf);
    ConfigurationResult result = SlurmConf.load(file, "h");
    assertThat(result).as("%s", result).isInstanceOf(ConfigurationResult.Accepted.class);
    ClusterConfiguration conf = ((ConfigurationResult.Accepted) result).configuration();
    return conf.gres().inventory(conf.nodes().get(0));
  }

  /** {@code gpu:a 0 2}, with {@code *units} where it is divided. */
  private static String text(GresInventory one) {
    String devices =
        one.devices().stream()
            .map(device -> " " + device.number() + (one.portioned() ? "*" + device.units() : ""))
            .collect(Collectors.joining());
    return one.name() + (one.type().isEmpty() ? "" : ":" + one.type()) + devices;
  }

  private List<String> texts(String promised, String gresConf) throws Exception {
    return inventory(promised, gresConf).stream().map(GresInventoriesTest::text).toList();
  }

  @Test
  void devicesAreNumberedInTheOrderOfTheFileWhateverTheirTypes() throws Exception {
    String lines =
        """
        Name=gpu Type=a File=/dev/g0
        Name=gpu Type=b File=/dev/g1
        Name=gpu Type=a File=/dev/g2
        NodeName=n2 Name=gpu Type=a File=/dev/g3
        """;
    assertThat(texts("gpu:b:1,gpu:a:2", lines)).containsExactly("gpu:b 1", "gpu:a 0 2");
    assertThat(texts("gpu:1,gpu:a:2", lines))
        .as("what names no type takes what is left")
        .containsExactly("gpu 1", "gpu:a 0 2");
    assertThat(texts("gpu:b:2,gpu:a:1", "")).containsExactly("gpu:b 0 1", "gpu:a 2");
  }

  @Test
  void portionsOfATypeAreOfItsOwnCards() throws Exception {
    assertThat(texts("gpu:a:1,gpu:b:1,shard:a:2,shard:b:4", ""))
        .containsExactly("gpu:a 0", "gpu:b 1", "shard:a 0*2", "shard:b 1*4");
    assertThat(texts("gpu:a:2,gpu:b:2,mps:b:200", ""))
        .containsExactly("gpu:a 0 1", "gpu:b 2 3", "mps:b 2*100 3*100");
    assertThat(texts("gpu:a:1,gpu:b:1,shard:a:2,shard:4", ""))
        .as("what names no type is of the others")
        .containsExactly("gpu:a 0", "gpu:b 1", "shard:a 0*2", "shard:b 1*4");
    assertThat(texts("gpu:3,shard:x:2,shard:y:4", ""))
        .as("types of portions alone: the first has all, and nothing is given twice")
        .containsExactly("gpu 0 1 2", "shard:x 0*1 1*1", "shard:y 2*4");
  }

  @Test
  void linesSayWhichCardsAreDivided() throws Exception {
    String lines =
        """
        Name=gpu Type=a File=/dev/g0
        Name=gpu Type=b File=/dev/g1
        Name=mps Count=1000 File=/dev/g0
        Name=mps Count=500 File=/dev/g1
        Name=shard Type=b Count=3 File=/dev/g1
        """;
    assertThat(texts("gpu:a:1,gpu:b:1,mps:1500,shard:b:3", lines))
        .containsExactly("gpu:a 0", "gpu:b 1", "mps:a 0*1000", "mps:b 1*500", "shard:b 1*3");
  }

  /** What a Slurm 22.05 makes of the same lines. */
  @Test
  void portionsThatNameNoTypeAreOfTheTypesOfTheirCards() throws Exception {
    String lines =
        """
        Name=gpu Type=a File=/dev/g0
        Name=gpu Type=b File=/dev/g1
        Name=gpu Type=a File=/dev/g2
        Name=gpu Type=b File=/dev/g3
        Name=mps Count=200 File=/dev/g0
        Name=mps Count=400 File=/dev/g1
        Name=mps Count=600 File=/dev/g[2-3]
        """;
    List<GresInventory> gres = inventory("gpu:a:2,gpu:b:2,mps:1200", lines);
    assertThat(gres.stream().map(GresInventoriesTest::text))
        .containsExactly("gpu:a 0 2", "gpu:b 1 3", "mps:a 0*200 2*300", "mps:b 1*400 3*300");
    assertThat(gres).extracting(GresInventory::count).containsExactly(2L, 2L, 500L, 700L);
  }

  @Test
  void oneCardAtATimeServesMps() throws Exception {
    assertThat(inventory("gpu:2,mps:200,shard:4", ""))
        .extracting(GresInventory::oneAtATime)
        .containsExactly(false, true, false);
    assertThat(
            inventory(
                "gpu:2,mps:200,shard:4",
                """
                NodeName=n2 Name=mps Count=200 Flags=all_sharing
                NodeName=n2 Name=shard Count=4 Flags=one_sharing
                """))
        .as("what a line says holds for all nodes")
        .extracting(GresInventory::oneAtATime)
        .containsExactly(false, false, true);
  }

  @Test
  void severalFilesOfOneDevice() throws Exception {
    List<GresInventory> gpus =
        inventory(
            "gpu:1g.5gb:2",
            """
            Name=gpu Type=1g.5gb MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/nvidia-cap[66-67]
            Name=gpu Type=1g.5gb MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/nvidia-cap[75-76]
            """);
    assertThat(gpus)
        .singleElement()
        .extracting(GresInventoriesTest::text)
        .isEqualTo("gpu:1g.5gb 0 1");
    assertThat(gpus.get(0).devices().get(1).files())
        .containsExactly(
            "/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap75", "/dev/nvidia-caps/nvidia-cap76");
  }

  @Test
  void linksAreOfEachDevice() throws Exception {
    List<GresInventory> gpus =
        inventory("gpu:2", "Name=gpu File=/dev/g0 Links=-1,4\nName=gpu File=/dev/g1 Links=4,-1\n");
    assertThat(gpus.get(0).devices().get(0).linksTo(1)).isEqualTo(4);
    assertThat(gpus.get(0).devices().get(0).linksTo(0)).isZero();
    assertThat(gpus.get(0).devices().get(0).linksTo(7)).isZero();
  }

  @Test
  void aLineThatOnlySaysHowToLookNamesNoDevice() throws Exception {
    assertThat(texts("gpu:a:2", "NodeName=n1 AutoDetect=nvml Name=gpu\n"))
        .containsExactly("gpu:a 0 1");
  }
}
