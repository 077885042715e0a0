/* Holding a step to its cores, memory and devices, by cgroup v2 or, where only that is writable, v1. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define V1_MAGIC 0x27e0eb
#define V2_MAGIC 0x63677270

static long file_system(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (long)status.f_type : 0;
}

bool write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  bool good = write_fully(fd, text, strlen(text));
  int failure = errno;
  close(fd);
  errno = failure;
  return good;
}

static bool write_in(const char *dir, const char *name, const char *text) {
  char *path = format_string("%s/%s", dir, name);
  bool good = write_file(path, text);
  free(path);
  return good;
}

static bool read_in(const char *dir, const char *name, char *text, size_t size) {
  char *path = format_string("%s/%s", dir, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  free(path);
  ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
  if (fd >= 0) {
    close(fd);
  }
  text[length > 0 ? length : 0] = 0;
  return length >= 0;
}

static bool has_word(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
    bool begins = at == text || at[-1] == ' ';
    if (begins && (at[length] == ' ' || at[length] == '\n' || at[length] == 0)) {
      return true;
    }
  }
  return false;
}

/* "0,1,4" as the kernel reads it. */
static char *cpu_list(const struct cpu_set_words *cpus) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return checked_alloc(1);
  }
  const char *comma = "";
  for (uint32_t i = 0; i < cpus->count * 64; i++) {
    if ((cpus->words[i / 64] >> (i % 64) & 1) != 0) {
      fprintf(out, "%s%u", comma, i);
      comma = ",";
    }
  }
  fclose(out);
  return text;
}

static bool any_cpu(const struct cpu_set_words *cpus) {
  for (uint32_t i = 0; i < cpus->count; i++) {
    if (cpus->words[i] != 0) {
      return true;
    }
  }
  return false;
}

/* The step's place below a hierarchy. Names from an order may not climb out of it. */
static char *relative_path(const struct step *step) {
  const struct order *order = &step->order;
  if (order->cgroup_path != NULL && order->cgroup_path[0] != 0
      && strstr(order->cgroup_path, "..") == NULL) {
    return format_string("%s", order->cgroup_path);
  }
  char *path = format_string("headrace/%s/%s",
                             order->node_name == NULL ? "node" : order->node_name,
                             strrchr(step->dir, '/') + 1);
  for (char *at = strchr(path, '/') + 1; at < strrchr(path, '/'); at++) {
    if (*at == '/') {
      *at = '_';
    }
  }
  if (strstr(path, "..") != NULL) {
    free(path);
    return format_string("headrace/node/%s", strrchr(step->dir, '/') + 1);
  }
  return path;
}

/* A new v1 cpuset is empty and takes no process until it has CPUs and memory nodes. */
static void inherit_cpuset(const char *parent, const char *child) {
  static const char *const names[] = {"cpuset.cpus", "cpuset.mems"};
  char text[4096];
  for (int i = 0; i < 2; i++) {
    if (read_in(child, names[i], text, sizeof(text)) && text[strspn(text, " \n")] == 0
        && read_in(parent, names[i], text, sizeof(text))) {
      write_in(child, names[i], text);
    }
  }
}

/* Makes every directory on the way; hands controllers (v2) or CPUs (v1 cpuset) down. */
static char *make_path(const char *root, const char *relative, bool v2, bool cpuset) {
  char *path = format_string("%s", root);
  char *rest = format_string("%s", relative);
  char *save = NULL;
  for (char *name = strtok_r(rest, "/", &save); name != NULL; name = strtok_r(NULL, "/", &save)) {
    if (v2) {
      write_in(path, "cgroup.subtree_control", "+memory");
      write_in(path, "cgroup.subtree_control", "+cpuset");
    }
    char *child = format_string("%s/%s", path, name);
    if (mkdir(child, 0755) != 0 && errno != EEXIST) {
      int failure = errno;
      free(child);
      free(path);
      free(rest);
      errno = failure;
      return NULL;
    }
    if (cpuset && !v2) {
      inherit_cpuset(path, child);
    }
    free(path);
    path = child;
  }
  free(rest);
  return path;
}

static void keep(struct step *step, char *path, bool v2, bool memory) {
  char *procs = format_string("%s/cgroup.procs", path);
  struct cgroup *cgroup = &step->cgroups[step->cgroup_count];
  cgroup->path = path;
  cgroup->v2 = v2;
  cgroup->memory = memory;
  cgroup->procs_fd = open(procs, O_WRONLY | O_CLOEXEC);
  free(procs);
  if (cgroup->procs_fd >= 0) {
    step->cgroup_count++;
  } else {
    rmdir(path);
    free(path);
  }
}

static bool limit_cores(const struct step *step, const char *path) {
  char *list = cpu_list(&step->order.cpus);
  bool good = write_in(path, "cpuset.cpus", list);
  free(list);
  return good;
}

static void memory_text(const struct step *step, char *bytes, size_t size) {
  snprintf(bytes, size, "%llu", (unsigned long long)step->order.memory_mib << 20);
}

static bool limit_memory_v1(const struct step *step, const char *path) {
  char bytes[32];
  memory_text(step, bytes, sizeof(bytes));
  bool good = write_in(path, "memory.limit_in_bytes", bytes);
  write_in(path, "memory.memsw.limit_in_bytes", bytes);
  return good;
}

static bool limit_memory_v2(const struct step *step, const char *path) {
  char bytes[32];
  memory_text(step, bytes, sizeof(bytes));
  write_in(path, "memory.swap.max", "0");
  return write_in(path, "memory.max", bytes);
}

/* One thing that a step is held to. */
enum kind { CORES, MEMORY, DEVICES, KINDS };

struct limit {
  const char *controller;
  const char *without; /* what holds, or doesn't, where the kernel doesn't offer it */
  bool (*v1)(const struct step *step, const char *path);
  bool (*v2)(const struct step *step, const char *path);
};

static const struct limit limits[KINDS] = {
    [CORES] = {"cpuset", "cores are held by CPU affinity only", limit_cores, limit_cores},
    [MEMORY] = {"memory", "the memory limit is not enforced", limit_memory_v1, limit_memory_v2},
    [DEVICES] = {"devices", "devices are not held", devices_deny_v1, devices_deny_v2},
};

static void setup_v2(struct step *step, const char *root, const char *relative,
                     const bool *wanted) {
  char controllers[1024];
  read_in(root, "cgroup.controllers", controllers, sizeof(controllers));
  char *path = make_path(root, relative, true, wanted[CORES]);
  bool memory = false;
  for (int kind = 0; kind < KINDS; kind++) {
    const struct limit *limit = &limits[kind];
    if (!wanted[kind]) {
      continue;
    }
    if (path == NULL) {
      add_note(step, "%s: can't create %s/%s: %s", limit->without, root, relative,
               strerror(errno));
    } else if (kind != DEVICES && !has_word(controllers, limit->controller)) {
      add_note(step, "%s: %s has no %s controller", limit->without, root, limit->controller);
    } else if (!limit->v2(step, path)) {
      add_note(step, "%s: no usable %s control in %s (%s)", limit->without, limit->controller,
               root, strerror(errno));
    } else {
      memory |= kind == MEMORY;
    }
  }
  if (path != NULL) {
    keep(step, path, true, memory);
  }
}

static bool hold_v1(struct step *step, const char *root, const char *relative, enum kind kind) {
  const struct limit *limit = &limits[kind];
  char *controller_root = format_string("%s/%s", root, limit->controller);
  char *path = file_system(controller_root) == V1_MAGIC
      ? make_path(controller_root, relative, false, kind == CORES) : NULL;
  bool good = path != NULL && limit->v1(step, path);
  if (good) {
    keep(step, path, false, kind == MEMORY);
  } else if (path != NULL) {
    int failure = errno;
    rmdir(path);
    free(path);
    errno = failure;
  }
  free(controller_root);
  return good;
}

static void setup_v1(struct step *step, const char *root, const char *relative,
                     const bool *wanted) {
  char *unified = format_string("%s/unified", root); /* v2 beside v1, as systemd mounts it */
  for (enum kind kind = 0; kind < KINDS; kind++) {
    if (!wanted[kind] || hold_v1(step, root, relative, kind)) {
      continue;
    }
    int failure = errno;
    if (kind == DEVICES && file_system(unified) == V2_MAGIC) {
      setup_v2(step, unified, relative, (const bool[KINDS]){[DEVICES] = true});
    } else {
      add_note(step, "%s: no usable %s cgroup under %s (%s)", limits[kind].without,
               limits[kind].controller, root, strerror(failure));
    }
  }
  free(unified);
}

void cgroup_setup(struct step *step) {
  const struct order *order = &step->order;
  if (order->constrain_devices) {
    devices_find(step);
  }
  const bool wanted[KINDS] = {
      [CORES] = order->constrain_cores && any_cpu(&order->cpus),
      [MEMORY] = order->constrain_memory && order->memory_mib > 0,
      [DEVICES] = step->denied_count > 0,
  };
  if (!wanted[CORES] && !wanted[MEMORY] && !wanted[DEVICES]) {
    return;
  }
  const char *root = order->cgroup_root != NULL && order->cgroup_root[0] != 0
      ? order->cgroup_root : "/sys/fs/cgroup";
  char *relative = relative_path(step);
  if (file_system(root) == V2_MAGIC) {
    setup_v2(step, root, relative, wanted);
  } else {
    setup_v1(step, root, relative, wanted);
  }
  free(relative);
}

/* Called by a task before it gives up root. */
bool cgroup_join(const struct step *step) {
  for (int i = 0; i < step->cgroup_count; i++) {
    if (!write_fully(step->cgroups[i].procs_fd, "0", 1)) {
      return false;
    }
  }
  return true;
}

bool cgroup_kill(const struct step *step) {
  bool killed = false;
  for (int i = 0; i < step->cgroup_count; i++) {
    killed |= step->cgroups[i].v2 && write_in(step->cgroups[i].path, "cgroup.kill", "1");
  }
  return killed;
}

static void brief_pause(void) {
  struct timespec pause = {0, 2000000};
  nanosleep(&pause, NULL);
}

static void remove_cgroup(const char *path) {
  /* The kernel may need a moment after the last process. */
  for (int i = 0; i < 10 && rmdir(path) != 0 && errno == EBUSY; i++) {
    brief_pause();
  }
}

void cgroup_finish(struct step *step) {
  for (int i = 0; i < step->cgroup_count; i++) {
    struct cgroup *cgroup = &step->cgroups[i];
    char text[4096];
    if (cgroup->memory) {
      const char *name = cgroup->v2 ? "memory.events" : "memory.oom_control";
      const char *at = NULL;
      if (read_in(cgroup->path, name, text, sizeof(text))) {
        at = strstr(text, "oom_kill ");
      }
      step->oom_killed |= at != NULL && strtoull(at + 9, NULL, 10) > 0;
    }
    close(cgroup->procs_fd);
    remove_cgroup(cgroup->path);
    free(cgroup->path);
  }
  step->cgroup_count = 0;
}

/* For a step whose supervisor died: its processes may be anywhere, but they are still in here. */
void cgroup_kill_leftovers(const struct step *step) {
  for (int i = 0; i < step->cgroup_count; i++) {
    const char *path = step->cgroups[i].path;
    bool any = true;
    for (int round = 0; round < 50 && any; round++) {
      any = false;
      write_in(path, "cgroup.kill", "1");
      char *procs = format_string("%s/cgroup.procs", path);
      FILE *in = fopen(procs, "re");
      free(procs);
      long pid = 0;
      while (in != NULL && fscanf(in, "%ld", &pid) == 1) {
        any = true;
        if (pid > 1) {
          kill((pid_t)pid, SIGKILL);
        }
      }
      if (in != NULL) {
        fclose(in);
      }
      if (any) {
        brief_pause();
      }
    }
    remove_cgroup(path);
  }
}
