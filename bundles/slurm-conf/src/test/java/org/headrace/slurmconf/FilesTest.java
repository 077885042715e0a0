package org.headrace.slurmconf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beside slurm.conf, includes, changes, and input that means harm. */
class FilesTest {
  private static final String BASE =
      "ClusterName=c\nSlurmctldHost=h\nGresTypes=gpu,shard\nNodeName=n[1-8] CPUs=4\n"
          + "PartitionName=p Nodes=ALL\n";

  @TempDir Path folder;

  @BeforeEach
  void base() throws IOException {
    write("slurm.conf", BASE);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private ConfigurationResult load() {
    return SlurmConf.load(folder.resolve("slurm.conf"), "host7");
  }

  private ClusterConfiguration accepted() {
    ConfigurationResult result = load();
    if (result instanceof ConfigurationResult.Refused refused) {
      throw new AssertionError(refused.errors());
    }
    return ((ConfigurationResult.Accepted) result).configuration();
  }

  private List<String> errors() {
    ConfigurationResult result = load();
    assertThat(result).isInstanceOf(ConfigurationResult.Refused.class);
    return ((ConfigurationResult.Refused) result)
        .errors().stream().map(error -> error.toString().replace(folder + "/", "")).toList();
  }

  @Test
  void includes() throws IOException {
    write("slurm.conf", BASE + "Include more_%c_%h.conf\ninclude\tabs.conf # why\n");
    write("more_c_host7.conf", "KillWait=7\n");
    write("abs.conf", "MinJobAge=oops\n");
    assertThat(errors())
        .containsExactly(
            "abs.conf:1: error: MinJobAge: 'oops' is not a number of seconds or INFINITE");
    write("abs.conf", "MinJobAge=9\n");
    assertThat(accepted().timers().killWait()).isEqualTo(7);
    assertThat(accepted().timers().minJobAge()).isEqualTo(9);
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.delete(folder.resolve("slurm.conf"));
    Files.createDirectory(folder.resolve("slurm.conf"));
    assertThat(errors()).singleElement().asString().contains("slurm.conf is not a plain file");
  }

  @Test
  void cyclicMissingAndDeepIncludes() throws IOException {
    write("slurm.conf", BASE + "Include a.conf\nInclude gone.conf\nInclude /\n");
    write("a.conf", "Include b.conf\n");
    write("b.conf", "Include slurm.conf\n");
    assertThat(errors())
        .anyMatch(e -> e.startsWith("b.conf:1: error:") && e.contains("runs in a circle"))
        .anyMatch(e -> e.startsWith("slurm.conf:7: error:") && e.contains("no such file"))
        .anyMatch(e -> e.startsWith("slurm.conf:8: error:") && e.contains("not a plain file"));
    for (int i = 0; i < 40; i++) {
      write("d" + i + ".conf", "Include d" + (i + 1) + ".conf\n");
    }
    write("slurm.conf", BASE + "Include d0.conf\n");
    assertThat(errors()).anyMatch(e -> e.contains("nested more than 16 deep"));
  }

  @Test
  void gres() throws IOException {
    write(
        "gres.conf",
        "AutoDetect=off\nNodeName=n[1-2] Name=gpu Type=a100 File=/dev/nvidia[0-3] COREs=0-1\n"
            + "Name=shard Count=8 File=/dev/nvidia0 Links=-1,4 Flags=one_sharing,what\n"
            + "NodeName=n3 AutoDetect=nvml\n"
            + "NodeName=n4 Name=gpu File=\"/a b/gpu[0-1],/c d\"\n");
    GresConfiguration gres = accepted().gres();
    assertThat(gres.autoDetect()).isEqualTo("off");
    assertThat(gres.entries().get(0).count()).isEqualTo(4);
    assertThat(gres.entries().get(0).cores()).containsExactlyInAnyOrder(0, 1);
    assertThat(gres.entries().get(1).links()).containsExactly(-1, 4);
    assertThat(gres.entries().get(3).files()).containsExactly("/a b/gpu0", "/a b/gpu1", "/c d");
    assertThat(gres.autoDetect("n3")).isEqualTo("nvml");
    assertThat(gres.autoDetect("n1")).as("by the line for all").isEqualTo("off");
    assertThat(load().warnings())
        .singleElement()
        .asString()
        .contains("gres.conf:3: warning: unknown flag 'what'");
    write(
        "gres.conf",
        "AutoDetect=magic\nName=nic Count=1\nName=gpu File=dev/x\nName=gpu File=/dev/a[0-1]"
            + " Count=3\nType=x\nName=gpu Count=x Cores=b Links=z\n"
            + "Name=gpu File=/a MultipleFiles=/b\n");
    assertThat(errors())
        .anyMatch(e -> e.startsWith("gres.conf:1:") && e.contains("nvml"))
        .anyMatch(e -> e.startsWith("gres.conf:2:") && e.contains("GresTypes"))
        .anyMatch(e -> e.startsWith("gres.conf:3:") && e.contains("full path"))
        .anyMatch(e -> e.startsWith("gres.conf:4:") && e.contains("does not match the 2 files"))
        .anyMatch(e -> e.startsWith("gres.conf:5:") && e.contains("needs Name="))
        .anyMatch(e -> e.startsWith("gres.conf:6:") && e.contains("Count"))
        .anyMatch(e -> e.startsWith("gres.conf:6:") && e.contains("Cores"))
        .anyMatch(e -> e.startsWith("gres.conf:6:") && e.contains("Links"))
        .anyMatch(e -> e.startsWith("gres.conf:7:") && e.contains("exclude each other"));
  }

  @Test
  void trees() throws IOException {
    write(
        "topology.conf",
        "SwitchName=s1 Nodes=n[1-4] LinkSpeed=100\nSwitchName=s2 Nodes=n[5-8]\n"
            + "SwitchName=top Switches=s[1-2]\n");
    Topology.Tree tree = (Topology.Tree) accepted().topologies().get(0);
    assertThat(tree.switches().get(2).children()).containsExactly("s1", "s2");
    write(
        "topology.conf",
        "SwitchName=s1 Nodes=n[1-4] Switches=s2\nSwitchName=a Switches=b\nSwitchName=b Switches=a\n"
            + "SwitchName=c Switches=zz,a\nSwitchName=a Nodes=n1\nFoo=1\n");
    assertThat(errors())
        .anyMatch(e -> e.startsWith("topology.conf:1:") && e.contains("either Nodes= or Switches="))
        .anyMatch(e -> e.contains("is above itself"))
        .anyMatch(e -> e.startsWith("topology.conf:4:") && e.contains("zz, which is not defined"))
        .anyMatch(e -> e.startsWith("topology.conf:4:") && e.contains("already under"))
        .anyMatch(e -> e.startsWith("topology.conf:5:") && e.contains("already defined at"))
        .anyMatch(e -> e.startsWith("topology.conf:6:") && e.contains("begins with SwitchName="));
  }

  @Test
  void blocks() throws IOException {
    write(
        "topology.conf", "BlockName=b1 Nodes=n[1-4]\nBlockName=b2 Nodes=n[5-8]\nBlockSizes=4,8\n");
    Topology.Blocks blocks = (Topology.Blocks) accepted().topologies().get(0);
    assertThat(blocks.blockSizes()).containsExactly(4, 8);
    write("topology.conf", "BlockName=b1 Nodes=n[1-4]\nBlockName=b2 Nodes=n4\nBlockSizes=4,12\n");
    assertThat(errors())
        .anyMatch(e -> e.contains("node n4 is already in block b1"))
        .anyMatch(e -> e.contains("block size 12"));
  }

  @Test
  void yamlTopologies() throws IOException {
    write("topology.conf", "nonsense that is not read beside a topology.yaml");
    write(
        "topology.yaml",
        "---\n- topology: t\n  cluster_default: true\n  tree:\n    switches:\n"
            + "      - switch: top\n        children: s[1-2]\n"
            + "      - switch: s1\n        nodes: n[1-4]\n"
            + "      - switch: s2\n        nodes: n[5-8]\n"
            + "- topology: b\n  cluster_default: false\n  block:\n    block_sizes: [4, 8]\n"
            + "    blocks:\n      - block: b1\n        nodes: n[1-4]\n"
            + "- topology: f\n  flat: true\n");
    List<Topology> topologies = accepted().topologies();
    assertThat(topologies).extracting(Topology::name).containsExactly("t", "b", "f");
    assertThat(((Topology.Tree) topologies.get(0)).switches().get(1).nodes()).hasSize(4);
    assertThat(((Topology.Blocks) topologies.get(1)).blockSizes()).containsExactly(4, 8);
    write("topology.yaml", "- topology: t\n  tree:\n    switches: [{switch: a, nodes: 'n['}]\n");
    assertThat(errors()).anyMatch(e -> e.startsWith("topology.yaml:3: error: hostlist"));
    write("topology.yaml", "- topology: t\n  tree: {switches\n: x");
    assertThat(errors()).anyMatch(e -> e.contains("not YAML"));
    write("topology.yaml", "[".repeat(200_000));
    assertThat(errors()).anyMatch(e -> e.contains("not YAML"));
    write("topology.yaml", "!!javax.script.ScriptEngineManager [x]\n");
    assertThat(errors()).isNotEmpty();
    write("topology.yaml", "a: b\n");
    assertThat(errors()).anyMatch(e -> e.contains("must be a list"));
  }

  @Test
  void cgroup() throws IOException {
    write("cgroup.conf", "CgroupAutomount=yes\nConstrainCores=yes\nAllowedRAMSpace=101.5\n");
    CgroupConfiguration cgroup = accepted().cgroup();
    assertThat(cgroup.constrainCores()).isTrue();
    assertThat(cgroup.allowedRamSpacePercent()).isEqualTo(101.5);
    assertThat(load().warnings()).singleElement().asString().contains("cgroup.conf:1");
    write("cgroup.conf", "ConstrainCores=yes\nConstrainCore=yes\n");
    assertThat(load().warnings())
        .singleElement()
        .asString()
        .endsWith(
            "cgroup.conf:2: warning: unknown key 'ConstrainCore' is ignored; did you mean"
                + " ConstrainCores?");
    write("cgroup.conf", "ConstrainCores=perhaps\nCgroupPlugin=v9\nMaxRAMPercent=-\n");
    assertThat(errors())
        .anyMatch(e -> e.startsWith("cgroup.conf:1:") && e.contains("yes or no"))
        .anyMatch(e -> e.startsWith("cgroup.conf:2:") && e.contains("cgroup/v2"))
        .anyMatch(e -> e.startsWith("cgroup.conf:3:") && e.contains("not a number"));
  }

  @Test
  void differences() throws IOException {
    ClusterConfiguration before = accepted();
    write("slurm.conf", "# moved down\n" + BASE);
    assertThat(ConfigurationDiff.between(before, accepted()).isEmpty()).isTrue();
    write(
        "slurm.conf",
        BASE.replace("n[1-8] CPUs=4", "n[2-9] CPUs=4").replace("ClusterName=c", "ClusterName=d")
            + "KillWait=60\nNodeName=m1\nPartitionName=q Nodes=m1\n");
    write("cgroup.conf", "ConstrainCores=yes\n");
    ConfigurationDiff diff = ConfigurationDiff.between(before, accepted());
    assertThat(diff.keys())
        .extracting(ConfigurationDiff.ChangedKey::name)
        .containsExactly("ClusterName", "KillWait");
    assertThat(diff.needingRestart()).singleElement().extracting("name").isEqualTo("ClusterName");
    assertThat(diff.nodes().added()).containsExactly("n9", "m1");
    assertThat(diff.nodes().removed()).containsExactly("n1");
    assertThat(diff.nodes().changed()).isEmpty();
    assertThat(diff.partitions().added()).containsExactly("q");
    assertThat(diff.partitions().changed()).containsExactly("p");
    assertThat(diff.otherFiles()).containsExactly("cgroup.conf");
  }

  @Test
  void discovery() {
    assertThat(SlurmConf.locate(Map.of())).isEqualTo(Path.of("/etc/slurm/slurm.conf"));
    assertThat(SlurmConf.locate(Map.of("SLURM_CONF", "/x"))).isEqualTo(Path.of("/x"));
    ConfigurationResult result = SlurmConf.load(folder.resolve("none.conf"), "h");
    assertThat(((ConfigurationResult.Refused) result).errors())
        .singleElement()
        .asString()
        .contains("no such file");
  }

  @Test
  void hostileText() throws IOException {
    write("slurm.conf", BASE + "Epilog=/" + "x".repeat(10 << 20) + "\n");
    assertThat(errors()).singleElement().asString().startsWith("slurm.conf:6: error: line is long");
    write("slurm.conf", BASE + "x".repeat(1 << 20) + "\n");
    assertThat(errors()).singleElement().asString().hasSizeLessThan(400);
    write("slurm.conf", BASE + "A=1 ".repeat(100_000) + "\n");
    assertThat(load().warnings()).hasSizeLessThan(2000);
    write("slurm.conf", BASE + "Prolog=/a\u0000b\nEpilog=/a\u001b[2J\n\\\n\\");
    assertThat(errors()).allMatch(e -> e.contains("control character")).hasSize(2);
    write("slurm.conf", BASE + "\\\n".repeat(100_000));
    assertThat(accepted().nodes()).hasSize(8);
  }

  @Test
  void randomTextNeverThrows() throws IOException {
    String[] words = {
      "NodeName",
      "=",
      "n[1-2]",
      " ",
      "\n",
      "DEFAULT",
      "PartitionName",
      "\"",
      "\\",
      "#",
      "Include ",
      "CPUs=",
      "[",
      "]",
      ",",
      "-",
      "999999999999",
      "\u00e9",
      "\t",
      "State=",
      "DownNodes=",
      "Gres=a:b",
      "NodeSet=",
      "Feature=",
      "Nodes=ALL",
      "MaxTime=",
      "1-",
      ":",
      "Port=",
      "SlurmctldHost=",
      "(",
      ")",
      "TRESBillingWeights=",
      "K",
      "G",
      "OverSubscribe=",
      "Licenses=",
      "%"
    };
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder(random.nextBoolean() ? BASE : "");
      for (int i = random.nextInt(60); i >= 0; i--) {
        text.append(words[random.nextInt(words.length)]);
      }
      assertThat(SlurmConf.parse(text.toString(), "f")).as("seed %d", seed).isNotNull();
    }
  }

  @Test
  void aRealSitesFileIsRead() {
    Path site = Path.of("../../../shared/traces/slurm-week/medium/slurm.conf");
    Assumptions.assumeTrue(Files.isReadable(site), "the trace is not at hand");
    ConfigurationResult result = SlurmConf.load(site, "localhost");
    assertThat(result).isInstanceOf(ConfigurationResult.Accepted.class);
    ClusterConfiguration conf = ((ConfigurationResult.Accepted) result).configuration();
    assertThat(conf.nodes()).hasSize(217);
    assertThat(conf.partitions()).hasSize(2);
    assertThat(conf.partitions().get(0).nodes()).hasSize(215);
    assertThat(conf.nodes().get(0).cpus()).isEqualTo(32);
  }
}
