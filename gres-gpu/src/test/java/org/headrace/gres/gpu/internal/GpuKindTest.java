package org.headrace.gres.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuKindTest {
  @TempDir Path root;

  @Test
  void findsNvidiaCardsByTheDriversFiles() throws IOException {
    cpu(0, 0, 0);
    cpu(1, 1, 0);
    cpu(2, 0, 0);
    cpu(3, 1, 0);
    card("0000:5e:00.0", 1, "NVIDIA H100 80GB HBM3", "GPU-b", "1,3");
    card("0000:3b:00.0", 0, "NVIDIA H100 80GB HBM3", "GPU-a", "0,2");
    List<FoundGpu> found = new GpuProbe(root, command -> List.of()).find("nvml");
    assertThat(found)
        .containsExactly(
            new FoundGpu("nvidia_h100_80gb_hbm3", "/dev/nvidia0", CoreSet.of(0), "GPU-a"),
            new FoundGpu("nvidia_h100_80gb_hbm3", "/dev/nvidia1", CoreSet.of(1), "GPU-b"));
    assertThat(new GpuProbe(root, command -> List.of()).find("off")).isEmpty();
  }

  @Test
  void asksTheToolWhereTheFilesAreHidden() {
    List<FoundGpu> found =
        new GpuProbe(root, command -> List.of("0, Tesla T4, GPU-x, 00000000:00:1E.0", "junk"))
            .find("nvidia");
    assertThat(found)
        .containsExactly(new FoundGpu("tesla_t4", "/dev/nvidia0", CoreSet.EMPTY, "GPU-x"));
  }

  /** Files have minor numbers, and libraries count in the order of the bus. */
  @Test
  void gpusAreKnownByTheDriversNumbers() throws Exception {
    card("0000:17:00.0", 2, "NVIDIA A100", "GPU-a", "0");
    card("0000:65:00.0", 0, "NVIDIA T4", "GPU-b", "0");
    card("0000:ca:00.0", 1, "NVIDIA A100", "GPU-c", "0");
    GpuProbe probe = new GpuProbe(root, command -> List.of());
    assertThat(probe.indexes())
        .isEqualTo(Map.of("/dev/nvidia2", 0, "/dev/nvidia0", 1, "/dev/nvidia1", 2));
    GpuKind kind = new GpuKind(probe);
    List<ConfiguredGres> lines =
        List.of(
            new ConfiguredGres("t4", List.of(), 1, "", List.of()),
            new ConfiguredGres("a100", List.of(), 2, "", List.of()));
    List<GresDevice> devices = new ArrayList<>();
    kind.discover(lines, "nvml").forEach(entry -> devices.addAll(entry.devices()));
    assertThat(devices).extracting(GresDevice::number).containsExactly(0, 1, 2);
    assertThat(devices)
        .extracting(GresDevice::file)
        .containsExactly("/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia2");
    assertThat(devices).extracting(kind::index).containsExactly(1, 2, 0);
    GresDevice made = new GresDevice(3, "/tmp/gpu3", CoreSet.EMPTY, "");
    assertThat(kind.index(made)).as("a file that stands for a device").isEqualTo(3);
  }

  @Test
  void theToolKnowsTheFilesWhereTheDriversAreHidden() {
    List<String> list =
        List.of(
            "0, Tesla T4, GPU-x, 00000000:3B:00.0",
            "1, Tesla T4, GPU-y, 00000000:5E:00.0",
            "2, Tesla T4, GPU-z, 00000000:AF:00.0");
    List<String> details =
        List.of(
            "GPU 00000000:3B:00.0",
            "    GPU UUID                              : GPU-x",
            "    Minor Number                          : 1",
            "GPU 00000000:5E:00.0",
            "    GPU UUID                              : GPU-y",
            "    Minor Number                          : 0",
            "GPU 00000000:AF:00.0",
            "    GPU UUID                              : GPU-z",
            "    Minor Number                          : N/A");
    GpuProbe probe =
        new GpuProbe(root, command -> List.of(command).contains("-q") ? details : list);
    assertThat(probe.find("nvml"))
        .extracting(FoundGpu::file, FoundGpu::uniqueId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/dev/nvidia0", "GPU-y"),
            org.assertj.core.groups.Tuple.tuple("/dev/nvidia1", "GPU-x"),
            org.assertj.core.groups.Tuple.tuple("/dev/nvidia2", "GPU-z"));
    assertThat(probe.indexes())
        .isEqualTo(Map.of("/dev/nvidia1", 0, "/dev/nvidia0", 1, "/dev/nvidia2", 2));
  }

  @Test
  void findsAmdCards() throws IOException {
    write("sys/class/drm/renderD128/device/vendor", "0x1002\n");
    write("sys/class/drm/renderD128/device/product_name", "Instinct MI300X\n");
    write("sys/class/drm/renderD129/device/vendor", "0x8086\n");
    assertThat(new GpuProbe(root, command -> List.of()).find("rsmi"))
        .containsExactly(new FoundGpu("instinct_mi300x", "/dev/dri/renderD128", CoreSet.EMPTY, ""));
  }

  @Test
  void configuredFilesAreDevices() throws Exception {
    String one = write("dev/gpu0", "");
    String two = write("dev/gpu1", "");
    List<GresInventory> inventory =
        NodeGpus.inventory(
            List.of(
                new ConfiguredGres("a100", List.of(one), 0, "0-3", List.of()),
                new ConfiguredGres("v100", List.of(two), 1, "4-7", List.of())),
            Optional.empty());
    assertThat(inventory).hasSize(2);
    assertThat(inventory.get(1).devices())
        .containsExactly(new GresDevice(1, two, CoreSet.of(4, 5, 6, 7), ""));
  }

  @Test
  void configuredModelsAreLookedUp() throws Exception {
    List<FoundGpu> found =
        List.of(
            new FoundGpu("nvidia_t4", "/dev/nvidia0", CoreSet.of(0), "u0"),
            new FoundGpu("nvidia_a100", "/dev/nvidia1", CoreSet.of(1), "u1"));
    assertThat(
            NodeGpus.inventory(
                    List.of(new ConfiguredGres("a100", List.of(), 1, "", List.of())),
                    Optional.of(found))
                .get(0)
                .devices())
        .containsExactly(new GresDevice(0, "/dev/nvidia1", CoreSet.of(1), "u1"));
    assertThat(NodeGpus.inventory(List.of(), Optional.of(found))).hasSize(2);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(
            () -> configured(new ConfiguredGres("", List.of("/dev/no"), 0, "", List.of())))
        .isInstanceOf(GresException.class)
        .hasMessageContaining("/dev/no");
    assertThatThrownBy(
            () -> configured(new ConfiguredGres("", List.of("/dev/null"), 2, "", List.of())))
        .hasMessageContaining("Count=2 but 1 files");
    assertThatThrownBy(
            () -> configured(new ConfiguredGres("", List.of("/dev/null"), 0, "3-1", List.of())))
        .hasMessageContaining("3-1");
    assertThatThrownBy(
            () ->
                NodeGpus.inventory(
                    List.of(new ConfiguredGres("h100", List.of(), 2, "", List.of())),
                    Optional.of(
                        List.of(new FoundGpu("nvidia_h100", "/dev/nvidia0", CoreSet.EMPTY, "")))))
        .hasMessageContaining("lacks 1");
  }

  @ParameterizedTest
  @CsvSource({
    "0-7, 2, '', 0-1",
    "0-7, 2, 4-7, 4-5",
    "2-7, 2, '', 2-3",
    "3-7, 1, '', 3",
    "3-7, 2, 0-3, 4-5",
    "2-3|6, 3, '', '2-3,6'",
    "0-1, 3, '', ''",
  })
  void choosesDevicesThatLieTogether(String free, int count, String cores, String expected) {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      CoreSet near = i < 4 ? CoreSet.of(0, 1, 2, 3) : CoreSet.of(4, 5, 6, 7);
      devices.add(new GresDevice(i, "", near, ""));
    }
    CoreSet chosen =
        new GpuKind()
            .choose(
                new GresInventory("gpu", "", 8, devices),
                CpuNumbers.ranges(free.replace('|', ',')),
                count,
                cores.isEmpty() ? CoreSet.EMPTY : CpuNumbers.ranges(cores));
    assertThat(chosen == null ? "" : chosen.toString()).isEqualTo(expected);
  }

  @Test
  void tellsProgramsTheirDevices() {
    List<GresDevice> devices =
        List.of(
            new GresDevice(0, "/dev/nvidia0", CoreSet.EMPTY, ""),
            new GresDevice(1, "/dev/nvidia1", CoreSet.EMPTY, ""),
            new GresDevice(2, "/dev/nvidia2", CoreSet.EMPTY, ""));
    Map<String, String> environment =
        new GpuKind()
            .environment(List.of(new GresAllocation("gpu", "", CoreSet.of(0, 2), 2)), devices);
    assertThat(environment)
        .containsEntry("CUDA_VISIBLE_DEVICES", "0,2")
        .containsEntry("GPU_DEVICE_ORDINAL", "0,2")
        .containsEntry("ZE_AFFINITY_MASK", "0,2")
        .containsEntry("ROCR_VISIBLE_DEVICES", "0,2");
    assertThat(new GpuKind().environment(List.of(), devices)).isEmpty();
    assertThat(
            new GpuKind()
                .environment(
                    List.of(new GresAllocation("gpu", "", CoreSet.of(1), 1)),
                    List.of(new GresDevice(1, "/dev/dri/renderD129", CoreSet.EMPTY, "af31"))))
        .isEqualTo(Map.of("ROCR_VISIBLE_DEVICES", "1"));
    assertThat(
            new GpuKind()
                .environment(List.of(new GresAllocation("gpu", "", CoreSet.of(1), 1)), List.of()))
        .as("a card that is only counted is shown all the same")
        .containsEntry("CUDA_VISIBLE_DEVICES", "1");
  }

  @Test
  void flagsSayWhichVariablesTellOfADevice() {
    List<GresDevice> devices =
        List.of(
            new GresDevice(0, "/dev/a", CoreSet.EMPTY, ""),
            new GresDevice(1, "/dev/b", CoreSet.EMPTY, ""),
            new GresDevice(2, "/dev/c", CoreSet.EMPTY, ""));
    Map<Integer, Set<String>> flags =
        Map.of(
            0, Set.of("nvidia_gpu_env", "opencl_env"),
            1, Set.of("amd_gpu_env"),
            2, Set.of("no_gpu_env"));
    GpuKind kind = new GpuKind();
    List<GresAllocation> all = List.of(new GresAllocation("gpu", "", CoreSet.of(0, 1, 2), 3));
    assertThat(kind.environment(all, devices, flags))
        .isEqualTo(
            Map.of(
                "CUDA_VISIBLE_DEVICES", "0",
                "GPU_DEVICE_ORDINAL", "0",
                "ROCR_VISIBLE_DEVICES", "1"));
    assertThat(kind.environment(all, devices, Map.of(0, Set.of("one_sharing")))).hasSize(4);
  }

  @Test
  void portionsOfMpsAreToldInPercent() {
    List<GresDevice> devices =
        List.of(
            new GresDevice(0, "/dev/a", CoreSet.EMPTY, "", 100),
            new GresDevice(3, "/dev/b", CoreSet.EMPTY, "", 400));
    MpsKind kind = new MpsKind();
    assertThat(
            kind.environment(
                List.of(new GresAllocation("mps", "", CoreSet.of(3), 50, List.of(50L))), devices))
        .isEqualTo(Map.of("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "12", "CUDA_VISIBLE_DEVICES", "0"));
    assertThat(kind.environment(List.of(), devices)).isEmpty();
    assertThat(
            kind.environment(
                List.of(new GresAllocation("mps", "", CoreSet.of(7), 50, List.of(50L))), devices))
        .isEmpty();
    assertThat(
            kind.discover(List.of(new ConfiguredGres("", List.of(), 200, "", List.of())), "nvml"))
        .containsExactly(new GresInventory("mps", "", 200, List.of()));
  }

  @Test
  void whatIsConfiguredIsHeldAgainstWhatWasFound() throws IOException {
    String one = write("dev/gpu0", "");
    String other = write("dev/gpu1", "");
    Optional<List<FoundGpu>> found =
        Optional.of(
            List.of(new FoundGpu("t4", one, CoreSet.of(0, 1), "u0", List.of(-1), List.of())));
    assertThatThrownBy(
            () ->
                NodeGpus.inventory(
                    List.of(new ConfiguredGres("", List.of(other), 1, "", List.of())), found))
        .hasMessageContaining("none of the GPUs");
    assertThatThrownBy(
            () ->
                NodeGpus.inventory(
                    List.of(new ConfiguredGres("", List.of(one), 1, "2-3", List.of())), found))
        .hasMessageContaining("the hardware says 0-1");
    assertThatThrownBy(
            () ->
                NodeGpus.inventory(
                    List.of(
                        new ConfiguredGres(
                            "", List.of(one), 1, "", List.of(), false, List.of(-1, 2))),
                    found))
        .hasMessageContaining("Links=");
    assertThatThrownBy(
            () ->
                NodeGpus.inventory(
                    List.of(new ConfiguredGres("", List.of(), 2, "", List.of())),
                    Optional.of(List.of())))
        .as("nothing was found")
        .hasMessageContaining("lacks 2");
  }

  private static List<GresInventory> configured(ConfiguredGres line) throws GresException {
    return NodeGpus.inventory(List.of(line), Optional.empty());
  }

  private void cpu(int number, int socket, int core) throws IOException {
    String folder = "sys/devices/system/cpu/cpu" + number + "/topology/";
    write(folder + "physical_package_id", socket + "\n");
    write(folder + "core_id", core + "\n");
  }

  private void card(String bus, int minor, String model, String uuid, String cpus)
      throws IOException {
    write(
        "proc/driver/nvidia/gpus/" + bus + "/information",
        "Model: \t\t " + model + "\nGPU UUID: \t " + uuid + "\nDevice Minor: \t " + minor + "\n");
    write("sys/bus/pci/devices/" + bus + "/local_cpulist", cpus + "\n");
  }

  private String write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }
}
