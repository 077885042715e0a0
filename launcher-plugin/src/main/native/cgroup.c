/* Holding a step to its cores and memory, by cgroup v2 or, where only that is writable, v1. */
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

static bool limit_memory(const char *path, uint64_t mib, bool v2) {
  char bytes[32];
  snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)mib << 20);
  if (v2) {
    write_in(path, "memory.swap.max", "0");
    return write_in(path, "memory.max", bytes);
  }
  bool good = write_in(path, "memory.limit_in_bytes", bytes);
  write_in(path, "memory.memsw.limit_in_bytes", bytes);
  return good;
}

static bool setup_v2(struct step *step, const char *root, const char *relative, bool cores,
                     bool memory) {
  char controllers[1024];
  read_in(root, "cgroup.controllers", controllers, sizeof(controllers));
  char *path = make_path(root, relative, true, cores);
  if (path == NULL) {
    return false;
  }
  bool good = true;
  if (cores) {
    char *list = cpu_list(&step->order.cpus);
    if (!has_word(controllers, "cpuset") || !write_in(path, "cpuset.cpus", list)) {
      add_note(step, "cores are held by CPU affinity only: %s has no usable cpuset controller",
               root);
      good = false;
    }
    free(list);
  }
  if (memory && (!has_word(controllers, "memory")
                 || !limit_memory(path, step->order.memory_mib, true))) {
    add_note(step, "the memory limit is not enforced: %s has no usable memory controller", root);
    good = false;
  }
  keep(step, path, true, memory && good);
  return true;
}

static void setup_v1(struct step *step, const char *root, const char *relative, bool cores,
                     bool memory) {
  char *cpuset_root = format_string("%s/cpuset", root);
  char *memory_root = format_string("%s/memory", root);
  if (cores) {
    char *path = file_system(cpuset_root) == V1_MAGIC
        ? make_path(cpuset_root, relative, false, true) : NULL;
    char *list = cpu_list(&step->order.cpus);
    if (path != NULL && write_in(path, "cpuset.cpus", list)) {
      keep(step, path, false, false);
    } else {
      add_note(step, "cores are held by CPU affinity only: no usable cpuset cgroup under %s (%s)",
               root, strerror(errno));
      if (path != NULL) {
        rmdir(path);
        free(path);
      }
    }
    free(list);
  }
  if (memory) {
    char *path = file_system(memory_root) == V1_MAGIC
        ? make_path(memory_root, relative, false, false) : NULL;
    if (path != NULL && limit_memory(path, step->order.memory_mib, false)) {
      keep(step, path, false, true);
    } else {
      add_note(step, "the memory limit is not enforced: no usable memory cgroup under %s (%s)",
               root, strerror(errno));
      if (path != NULL) {
        rmdir(path);
        free(path);
      }
    }
  }
  free(cpuset_root);
  free(memory_root);
}

void cgroup_setup(struct step *step) {
  const struct order *order = &step->order;
  bool cores = order->constrain_cores && any_cpu(&order->cpus);
  bool memory = order->constrain_memory && order->memory_mib > 0;
  if (!cores && !memory) {
    return;
  }
  const char *root = order->cgroup_root != NULL && order->cgroup_root[0] != 0
      ? order->cgroup_root : "/sys/fs/cgroup";
  char *relative = relative_path(step);
  if (file_system(root) == V2_MAGIC) {
    if (!setup_v2(step, root, relative, cores, memory)) {
      add_note(step, "cores are held by CPU affinity only, memory not at all: can't create %s/%s:"
               " %s", root, relative, strerror(errno));
    }
  } else {
    setup_v1(step, root, relative, cores, memory);
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
