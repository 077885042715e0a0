package org.headrace.gres.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPUs that their driver divides (MIG): two cards of which the second is divided. */
class InstancesTest {
  private static final String LIST =
      """
      GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-0001)
      GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5ba0d6-0002)
        MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-0001)
        MIG 1g.5gb      Device  1: (UUID: MIG-c6d4f1ef-0002)
        MIG 1c.2g.10gb  Device  2: (UUID: MIG-c6d4f1ef-0003)
      """;

  private static final String TABLE =
      """
      +-------------------------------+----------------------+----------------------+
      |   1  NVIDIA A100-SXM...  On   | 00000000:0F:00.0 Off |                   On |
      | N/A   31C    P0    51W / 400W |      0MiB / 40960MiB |     N/A      Default |
      |                               |                      |              Enabled |
      +-------------------------------+----------------------+----------------------+

      +-----------------------------------------------------------------------------+
      | MIG devices:                                                                |
      +------------------+----------------------+-----------+-----------------------+
      | GPU  GI  CI  MIG |         Memory-Usage |        Vol|         Shared        |
      |      ID  ID  Dev |           BAR1-Usage | SM     Unc| CE  ENC  DEC  OFA  JPG|
      |                  |                      |        ECC|                       |
      |==================+======================+===========+=======================|
      |  1    2   0   0  |     19MiB / 20096MiB | 42      0 |  3   0    2    0    0 |
      |                  |      0MiB / 32767MiB |           |                       |
      +------------------+----------------------+-----------+-----------------------+
      |  1    9   0   1  |      6MiB /  4864MiB | 14      0 |  1   0    0    0    0 |
      |                  |      0MiB /  8191MiB |           |                       |
      +------------------+----------------------+-----------+-----------------------+
      |  1    5   1   2  |      6MiB /  9984MiB | 14      0 |  2   0    1    0    0 |
      +------------------+----------------------+-----------+-----------------------+

      +-----------------------------------------------------------------------------+
      | Processes:                                                                  |
      |  GPU   GI   CI        PID   Type   Process name                  GPU Memory |
      |        ID   ID                                                   Usage      |
      |=============================================================================|
      |    1    2    0      34965      C   python                          14195MiB |
      +-----------------------------------------------------------------------------+
      """;

  /** The second card has the first device file. */
  private static final String MINORS =
      """
      config 1
      monitor 2
      gpu0/gi2/access 21
      gpu0/gi2/ci0/access 22
      gpu0/gi5/access 48
      gpu0/gi5/ci0/access 49
      gpu0/gi5/ci1/access 50
      gpu0/gi9/access 84
      gpu0/gi9/ci0/access 85
      gpu1/gi9/access 219
      gpu1/gi9/ci0/access 220
      """;

  @TempDir Path root;

  private List<String> answer(String... command) {
    String asked = String.join(" ", command);
    return switch (asked) {
      case "nvidia-smi -L" -> LIST.lines().toList();
      case "nvidia-smi" -> TABLE.lines().toList();
      default -> List.of();
    };
  }

  private void card(String bus, int minor, String id) throws IOException {
    write(
        "proc/driver/nvidia/gpus/" + bus + "/information",
        "Model: NVIDIA A100-SXM4-40GB\nGPU UUID: " + id + "\nDevice Minor: " + minor + "\n");
  }

  private String write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  private List<FoundGpu> found() throws IOException {
    card("0000:0e:00.0", 1, "GPU-5d5ba0d6-0001");
    card("0000:0f:00.0", 0, "GPU-5d5ba0d6-0002");
    write("proc/driver/nvidia-caps/mig-minors", MINORS);
    return new GpuProbe(root, this::answer).find("nvml");
  }

  private static FoundGpu instance(String profile, String id, int gpuCap, int computeCap) {
    String caps = "/dev/nvidia-caps/nvidia-cap";
    return new FoundGpu(
        "nvidia_a100_" + profile,
        "/dev/nvidia0",
        CoreSet.EMPTY,
        id,
        List.of(),
        List.of(caps + gpuCap, caps + computeCap));
  }

  @Test
  void partsTakeThePlaceOfTheirCard() throws IOException {
    assertThat(found())
        .containsExactly(
            instance("3g.20gb", "MIG-c6d4f1ef-0001", 21, 22),
            instance("1g.5gb", "MIG-c6d4f1ef-0002", 84, 85),
            instance("1c.2g.10gb", "MIG-c6d4f1ef-0003", 48, 50),
            new FoundGpu(
                "nvidia_a100-sxm4-40gb", "/dev/nvidia1", CoreSet.EMPTY, "GPU-5d5ba0d6-0001"));
    assertThat(new GpuProbe(root, this::answer).find("nvidia"))
        .as("which doesn't know of parts")
        .hasSize(2);
  }

  @Test
  void olderDriversNameThePartsInTheirIds() {
    assertThat(NvidiaTool.partsOf("MIG-GPU-8b55e50a-6201-220d/9/1"))
        .isEqualTo(new NvidiaTool.Parts(9, 1));
    assertThat(NvidiaTool.partsOf("MIG-c6d4f1ef-42e4")).isNull();
    assertThat(
            NvidiaTool.list(
                List.of(
                    "GPU 2: A100-PCIE-40GB (UUID: GPU-8b55e50a)",
                    "  MIG 1g.5gb Device 0: (UUID: MIG-GPU-8b55e50a/9/0)")))
        .containsExactly(
            new NvidiaTool.Gpu(
                2,
                "GPU-8b55e50a",
                List.of(new NvidiaTool.Instance("1g.5gb", 0, "MIG-GPU-8b55e50a/9/0"))));
    assertThat(NvidiaTool.files(MINORS.lines().toList(), 1, new NvidiaTool.Parts(9, 0)))
        .containsExactly("/dev/nvidia-caps/nvidia-cap219", "/dev/nvidia-caps/nvidia-cap220");
  }

  @Test
  void noiseIsNoPart() {
    assertThat(NvidiaTool.list(List.of("No devices found.", "", "  MIG 1g Device 0: (UUID: x)")))
        .isEmpty();
    assertThat(NvidiaTool.parts(List.of("|  1    2   0   0  |  1MiB |", "NVIDIA-SMI has failed")))
        .as("outside of the table")
        .isEmpty();
    assertThat(
            NvidiaTool.files(
                List.of("gpu0/gi99999999/access 1", "x"), 0, new NvidiaTool.Parts(1, 0)))
        .isEmpty();
  }

  @Test
  void partsOfATypeAreTakenAndTheirFilesGoTogether() throws Exception {
    List<GresInventory> gpus =
        NodeGpus.inventory(
            List.of(
                new ConfiguredGres("1g.5gb", List.of(), 1, "", List.of()),
                new ConfiguredGres("a100-sxm4", List.of(), 1, "", List.of())),
            Optional.of(found()));
    assertThat(gpus.get(0).devices().get(0).files())
        .containsExactly(
            "/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap84", "/dev/nvidia-caps/nvidia-cap85");
    assertThat(gpus.get(1).devices())
        .containsExactly(new GresDevice(1, "/dev/nvidia1", CoreSet.EMPTY, "GPU-5d5ba0d6-0001"));
    List<GresDevice> all = gpus.stream().flatMap(one -> one.devices().stream()).toList();
    assertThat(
            new GpuKind()
                .environment(List.of(new GresAllocation("gpu", "", CoreSet.of(0), 1)), all))
        .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "MIG-c6d4f1ef-0002"));
    assertThat(
            new GpuKind()
                .environment(List.of(new GresAllocation("gpu", "", CoreSet.of(1), 1)), all))
        .isEqualTo(Map.of("CUDA_VISIBLE_DEVICES", "1"));
  }

  @Test
  void configuredFilesOfAPartAreRecognized() throws Exception {
    String gpu = write("dev/nvidia0", "");
    String one = write("dev/cap1", "");
    String two = write("dev/cap2", "");
    List<FoundGpu> found =
        List.of(
            new FoundGpu("a_1g", gpu, CoreSet.EMPTY, "MIG-1", List.of(), List.of(one)),
            new FoundGpu("a_1g", gpu, CoreSet.EMPTY, "MIG-2", List.of(), List.of(two)));
    List<GresInventory> gpus =
        NodeGpus.inventory(
            List.of(new ConfiguredGres("1g", List.of(gpu, two), 1, "", List.of(), true, List.of())),
            Optional.of(found));
    assertThat(gpus.get(0).devices()).extracting(GresDevice::uniqueId).containsExactly("MIG-2");
  }

  @Test
  void whatIsThereIsReportedThoughMoreIsPromised() throws IOException {
    List<FoundGpu> found = found();
    try {
      NodeGpus.inventory(
          List.of(new ConfiguredGres("1g.5gb", List.of(), 3, "", List.of())), Optional.of(found));
      throw new AssertionError("two are missing");
    } catch (GresException e) {
      assertThat(e).hasMessageContaining("lacks 2");
      assertThat(e.found()).extracting(GresInventory::count).containsExactly(1L);
    }
  }
}
