/* Finding and signalling whole process trees. */
#define _GNU_SOURCE
#include "stepd.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
  pid_t pid;
  pid_t parent;
  pid_t group;
  uint64_t start_time;
  bool zombie;
  bool member;
};

struct table {
  struct entry *entries;
  size_t count;
  size_t capacity;
};

/* Reads parent, state and start time (clock ticks since boot) of a process. */
static bool read_stat(pid_t pid, struct entry *entry) {
  char path[64];
  char text[1024];
  snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  ssize_t length = read(fd, text, sizeof(text) - 1);
  close(fd);
  if (length <= 0) {
    return false;
  }
  text[length] = 0;
  /* The command name is in parentheses and may contain anything, parentheses too. */
  char *at = strrchr(text, ')');
  if (at == NULL || at[1] != ' ') {
    return false;
  }
  at += 2;
  long parent = 0;
  long group = 0;
  unsigned long long start_time = 0;
  char state = 0;
  if (sscanf(at, "%c %ld %ld %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
             &state, &parent, &group, &start_time) != 4) {
    return false;
  }
  entry->pid = pid;
  entry->parent = (pid_t)parent;
  entry->group = (pid_t)group;
  entry->start_time = start_time;
  entry->zombie = state == 'Z' || state == 'X';
  entry->member = false;
  return true;
}

uint64_t process_start_time(pid_t pid) {
  struct entry entry;
  return read_stat(pid, &entry) ? entry.start_time : 0;
}

static void scan(struct table *table) {
  DIR *proc = opendir("/proc");
  table->count = 0;
  if (proc == NULL) {
    return;
  }
  for (struct dirent *item = readdir(proc); item != NULL; item = readdir(proc)) {
    if (!isdigit((unsigned char)item->d_name[0])) {
      continue;
    }
    if (table->count == table->capacity) {
      size_t capacity = table->capacity == 0 ? 256 : table->capacity * 2;
      struct entry *grown = realloc(table->entries, capacity * sizeof(struct entry));
      if (grown == NULL) {
        break;
      }
      table->entries = grown;
      table->capacity = capacity;
    }
    if (read_stat((pid_t)atol(item->d_name), &table->entries[table->count])) {
      table->count++;
    }
  }
  closedir(proc);
}

static int by_pid(const void *a, const void *b) {
  pid_t left = ((const struct entry *)a)->pid;
  pid_t right = ((const struct entry *)b)->pid;
  return left < right ? -1 : left > right;
}

static void mark_descendants(struct table *table, pid_t ancestor) {
  bool more = table->count > 0;
  if (more) {
    qsort(table->entries, table->count, sizeof(struct entry), by_pid);
  }
  while (more) {
    more = false;
    for (size_t i = 0; i < table->count; i++) {
      struct entry *entry = &table->entries[i];
      if (entry->member || entry->pid == ancestor) {
        continue;
      }
      struct entry wanted = {.pid = entry->parent};
      const struct entry *parent =
          bsearch(&wanted, table->entries, table->count, sizeof(struct entry), by_pid);
      if (entry->parent == ancestor || (parent != NULL && parent->member)) {
        entry->member = true;
        more = true;
      }
    }
  }
}

/* Through a descriptor, so that a number used again meanwhile is not hit. */
bool signal_process(pid_t pid, uint64_t start_time, int signo) {
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) {
    if (errno == ENOSYS && process_start_time(pid) == start_time) {
      return kill(pid, signo) == 0;
    }
    return false;
  }
  bool sent = process_start_time(pid) == start_time
      && syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0) == 0;
  close(fd);
  return sent;
}

/* Returns how many living descendants there were. */
int signal_descendants(pid_t ancestor, int signo) {
  struct table table = {0};
  int found = 0;
  scan(&table);
  mark_descendants(&table, ancestor);
  for (size_t i = 0; i < table.count; i++) {
    const struct entry *entry = &table.entries[i];
    if (entry->member && !entry->zombie) {
      found++;
      signal_process(entry->pid, entry->start_time, signo);
    }
  }
  free(table.entries);
  return found;
}

/*
 * Ends what is left of a task's process group after its leader died. The user is compared too: a
 * number that was given out again would most likely belong to somebody else.
 */
void kill_orphan_group(pid_t group, uid_t user) {
  struct table table = {0};
  scan(&table);
  for (size_t i = 0; i < table.count; i++) {
    const struct entry *entry = &table.entries[i];
    struct stat status;
    char path[64];
    snprintf(path, sizeof(path), "/proc/%ld", (long)entry->pid);
    if (entry->group == group && !entry->zombie && stat(path, &status) == 0
        && status.st_uid == user) {
      signal_process(entry->pid, entry->start_time, SIGKILL);
    }
  }
  free(table.entries);
}

/* One round of killing; the caller repeats until no child is left. Stopped first, none can fork. */
void kill_tree(const struct step *step) {
  cgroup_kill(step);
  if (signal_descendants(step->supervisor, SIGSTOP) > 1) {
    signal_descendants(step->supervisor, SIGSTOP);
  }
  signal_descendants(step->supervisor, SIGKILL);
}
