/*
 * Holding a step to its devices: by the devices controller of cgroup v1, or in v2 by a program that
 * the kernel asks about each device that is opened.
 */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MEMORY_DEVICES 1u /* the major number of /dev/null and its like */

#define INSTRUCTIONS_PER_DEVICE 5u
#define INSTRUCTIONS_AROUND 6u

/* What no program can do without: null, zero, random, urandom. */
static bool is_needed_by_all(const struct device *device) {
  static const unsigned minors[] = {3, 5, 8, 9};
  for (size_t i = 0; i < sizeof(minors) / sizeof(minors[0]); i++) {
    if (!device->block && device->major == MEMORY_DEVICES && device->minor == minors[i]) {
      return true;
    }
  }
  return false;
}

void devices_find(struct step *step) {
  const struct strings *files = &step->order.denied_devices;
  step->denied = checked_alloc((files->count + 1) * sizeof(struct device));
  for (uint32_t i = 0; i < files->count; i++) {
    struct stat status;
    struct device *device = &step->denied[step->denied_count];
    if (stat(files->items[i], &status) != 0) {
      add_note(step, "can't hold %s away from other jobs: %s", files->items[i], strerror(errno));
      continue;
    }
    if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)) {
      add_note(step, "can't hold %s away from other jobs: it is no device", files->items[i]);
      continue;
    }
    device->block = S_ISBLK(status.st_mode);
    device->major = major(status.st_rdev);
    device->minor = minor(status.st_rdev);
    if (is_needed_by_all(device)) {
      add_note(step, "can't hold %s away from other jobs: every program needs it",
               files->items[i]);
      continue;
    }
    step->denied_count++;
  }
}

bool devices_deny_v1(const struct step *step, const char *path) {
  char *file = format_string("%s/devices.deny", path);
  bool good = true;
  for (uint32_t i = 0; i < step->denied_count && good; i++) {
    const struct device *device = &step->denied[i];
    char *line = format_string("%c %u:%u rwm", device->block ? 'b' : 'c', device->major,
                               device->minor);
    good = write_file(file, line);
    free(line);
  }
  int failure = errno;
  free(file);
  errno = failure;
  return good;
}

static struct bpf_insn load_field(uint8_t target, int16_t offset) {
  return (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = target,
                           .src_reg = BPF_REG_1, .off = offset};
}

static struct bpf_insn skip_unless(uint8_t field, uint32_t value, int16_t instructions) {
  return (struct bpf_insn){.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = field,
                           .off = instructions, .imm = (int32_t)value};
}

static struct bpf_insn answer(int32_t value) {
  return (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
                           .imm = value};
}

/* 0 for a device of the list, else 1: the kernel calls this with the device that is opened. */
static uint32_t write_program(struct bpf_insn *program, const struct step *step) {
  const struct bpf_insn leave = {.code = BPF_JMP | BPF_EXIT};
  uint32_t n = 0;
  program[n++] = load_field(BPF_REG_2, offsetof(struct bpf_cgroup_dev_ctx, access_type));
  /* The upper half says how it is opened, which makes no difference here. */
  program[n++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = BPF_REG_2,
                                   .imm = 0xffff};
  program[n++] = load_field(BPF_REG_3, offsetof(struct bpf_cgroup_dev_ctx, major));
  program[n++] = load_field(BPF_REG_4, offsetof(struct bpf_cgroup_dev_ctx, minor));
  for (uint32_t i = 0; i < step->denied_count; i++) {
    const struct device *device = &step->denied[i];
    program[n++] = skip_unless(BPF_REG_2, device->block ? BPF_DEVCG_DEV_BLOCK
                                                        : BPF_DEVCG_DEV_CHAR, 4);
    program[n++] = skip_unless(BPF_REG_3, device->major, 3);
    program[n++] = skip_unless(BPF_REG_4, device->minor, 2);
    program[n++] = answer(0);
    program[n++] = leave;
  }
  program[n++] = answer(1);
  program[n++] = leave;
  return n;
}

static long bpf(enum bpf_cmd command, union bpf_attr *attributes) {
  return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static bool attach_program(int program, const char *path) {
  union bpf_attr attributes;
  int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) {
    return false;
  }
  memset(&attributes, 0, sizeof(attributes));
  attributes.target_fd = (uint32_t)cgroup;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI; /* beside what holds for the groups above */
  bool good = bpf(BPF_PROG_ATTACH, &attributes) == 0;
  int failure = errno;
  close(cgroup);
  errno = failure;
  return good;
}

bool devices_deny_v2(const struct step *step, const char *path) {
  struct bpf_insn *program = checked_alloc(
      (INSTRUCTIONS_PER_DEVICE * step->denied_count + INSTRUCTIONS_AROUND) * sizeof(struct bpf_insn));
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = (uint64_t)(uintptr_t)program;
  attributes.insn_cnt = write_program(program, step);
  attributes.license = (uint64_t)(uintptr_t)"Apache-2.0";
  int fd = (int)bpf(BPF_PROG_LOAD, &attributes);
  bool good = fd >= 0 && attach_program(fd, path);
  int failure = errno;
  if (fd >= 0) {
    close(fd); /* the cgroup keeps the program for as long as it is there */
  }
  free(program);
  errno = failure;
  return good;
}
