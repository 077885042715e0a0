/* What a step leaves on disk: lock, process list, result, script. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Only one supervisor at a time may own a step: the kernel frees the lock when its owner dies. */
bool spool_lock(struct step *step, const char *dir, char *error, size_t error_size) {
  struct stat status;
  step->dir = format_string("%s", dir);
  step->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (step->dir_fd < 0 || fstat(step->dir_fd, &status) != 0) {
    snprintf(error, error_size, "can't open spool directory %s: %s", dir, strerror(errno));
    return false;
  }
  if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) {
    snprintf(error, error_size, "spool directory %s must belong to user %u with mode 0700", dir,
             geteuid());
    return false;
  }
  if (flock(step->dir_fd, LOCK_EX | LOCK_NB) != 0) {
    snprintf(error, error_size, "another supervisor owns %s", dir);
    return false;
  }
  return true;
}

bool spool_listen(struct step *step, char *error, size_t error_size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/ctl", step->dir_fd);
  unlinkat(step->dir_fd, "ctl", 0);
  step->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (step->listen_fd < 0
      || bind(step->listen_fd, (struct sockaddr *)&address, sizeof(address)) != 0
      || listen(step->listen_fd, 4) != 0) {
    snprintf(error, error_size, "can't listen on %s/ctl: %s", step->dir, strerror(errno));
    return false;
  }
  return true;
}

bool spool_has(const struct step *step, const char *name) {
  return faccessat(step->dir_fd, name, F_OK, 0) == 0;
}

/* A reader sees the whole file or none; with sync, so does one after a power cut. */
static bool replace_file(const struct step *step, const char *name, const char *text,
                         size_t length, bool sync) {
  char temporary[64];
  snprintf(temporary, sizeof(temporary), "%s.new", name);
  int fd = openat(step->dir_fd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                  0600);
  if (fd < 0) {
    return false;
  }
  bool good = write_fully(fd, text, length) && (!sync || fdatasync(fd) == 0);
  good = close(fd) == 0 && good;
  return good && renameat(step->dir_fd, temporary, step->dir_fd, name) == 0;
}

static void read_boot_id(char *text, size_t size) {
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);
  if (fd >= 0) {
    close(fd);
  }
  text[length > 0 ? length : 0] = 0;
  text[strcspn(text, "\n")] = 0;
}

bool spool_write_pids(const struct step *step) {
  char boot[64];
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return false;
  }
  read_boot_id(boot, sizeof(boot));
  fprintf(out, "headrace-pids 1\nboot %s\nuser %u\nsupervisor %ld %llu\n", boot,
          step->order.uid, (long)step->supervisor,
          (unsigned long long)process_start_time(step->supervisor));
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    fprintf(out, "task %u %ld %llu\n", task->global_rank, (long)task->pid,
            (unsigned long long)process_start_time(task->pid));
  }
  for (int i = 0; i < step->cgroup_count; i++) {
    fprintf(out, "cgroup %s\n", step->cgroups[i].path);
  }
  bool good = fclose(out) == 0 && replace_file(step, "pids", text, length, false);
  free(text);
  return good;
}

char *result_text(const struct step *step, size_t *length) {
  static const char *const outcomes[] = {"completed", "failed", "lost"};
  char *text = NULL;
  FILE *out = open_memstream(&text, length);
  if (out == NULL) {
    *length = 0;
    return checked_alloc(1);
  }
  fprintf(out, "headrace-result 1\noutcome %s\nreason %s\nstarted %lld\nended %lld\n",
          outcomes[step->outcome], step->reason, (long long)step->start_ms,
          (long long)step->end_ms);
  fprintf(out, "user_ms %llu\nsystem_ms %llu\nmax_rss_kib %llu\noom %d\n",
          (unsigned long long)(step->user_us / 1000), (unsigned long long)(step->system_us / 1000),
          (unsigned long long)step->max_rss_kib, step->oom_killed ? 1 : 0);
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    bool known = task->exited && step->outcome == OUTCOME_COMPLETED;
    int code = known && WIFEXITED(task->wait_status) ? WEXITSTATUS(task->wait_status) : 0;
    int signo = known && WIFSIGNALED(task->wait_status) ? WTERMSIG(task->wait_status) : 0;
    fprintf(out, "task %u %ld %d %d\n", task->global_rank, (long)task->pid, known ? code : 1,
            signo);
  }
  for (int i = 0; i < step->note_count; i++) {
    fprintf(out, "note %s\n", step->notes[i]);
  }
  fputs("end\n", out);
  fclose(out);
  return text;
}

bool spool_write_result(const struct step *step) {
  size_t length = 0;
  char *text = result_text(step, &length);
  bool good = replace_file(step, "result", text, length, true);
  free(text);
  return good;
}

/*
 * The script lies in a directory that root owns and the user can only pass through, so the user
 * can't put anything else in its place while root writes it.
 */
bool spool_store_script(struct step *step) {
  const struct order *order = &step->order;
  const char *name = strrchr(step->dir, '/');
  char *dir = format_string("%.*s/../scripts%s", (int)(name - step->dir), step->dir, name);
  int dir_fd = -1;
  if (mkdir(dir, 0711) == 0 || errno == EEXIST) {
    dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  char *resolved = dir_fd < 0 ? NULL : realpath(dir, NULL);
  if (resolved == NULL || fchmod(dir_fd, 0711) != 0) {
    set_reason(step, "can't create script directory %s: %s", dir, strerror(errno));
    free(dir);
    return false;
  }
  step->script_path = format_string("%s/slurm_script", resolved);
  free(resolved);
  free(dir);
  unlinkat(dir_fd, "slurm_script", 0);
  int fd = openat(dir_fd, "slurm_script", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  0700);
  bool good = fd >= 0 && write_fully(fd, order->script, order->script_bytes);
  good = good && (geteuid() != 0 || fchown(fd, order->uid, order->gid) == 0)
      && fchmod(fd, 0700) == 0;
  int failure = errno;
  good = (fd < 0 || close(fd) == 0) && good;
  close(dir_fd);
  if (!good) {
    set_reason(step, "can't write script %s: %s", step->script_path, strerror(failure));
  }
  return good;
}

void spool_remove_script(struct step *step) {
  if (step->script_path == NULL) {
    return;
  }
  unlink(step->script_path);
  char *slash = strrchr(step->script_path, '/');
  *slash = 0;
  rmdir(step->script_path);
  *slash = '/';
}

/*
 * After a supervisor died: what it recorded tells which processes and cgroups to clear away. Task
 * ranks are taken over, so that the result has a line for each.
 */
void spool_kill_recorded(struct step *step) {
  char line[4200];
  char boot[64];
  bool same_boot = false;
  unsigned user = UINT32_MAX;
  int fd = openat(step->dir_fd, "pids", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
  if (in == NULL) {
    return;
  }
  read_boot_id(boot, sizeof(boot));
  while (fgets(line, sizeof(line), in) != NULL) {
    unsigned rank = 0;
    long pid = 0;
    unsigned long long start_time = 0;
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "boot ", 5) == 0) {
      same_boot = strcmp(line + 5, boot) == 0;
    } else if (sscanf(line, "task %u %ld %llu", &rank, &pid, &start_time) == 3 && pid > 1
               && step->order.task_count < MAX_TASKS) {
      struct task *tasks =
          realloc(step->order.tasks, (step->order.task_count + 1) * sizeof(struct task));
      if (tasks == NULL) {
        break;
      }
      step->order.tasks = tasks;
      struct task *task = &tasks[step->order.task_count++];
      memset(task, 0, sizeof(*task));
      task->global_rank = rank;
      task->pid = (pid_t)pid;
      if (same_boot) {
        signal_process((pid_t)pid, start_time, SIGKILL);
        kill_orphan_group((pid_t)pid, user);
      }
    } else if (sscanf(line, "user %u", &user) == 1) {
      continue;
    } else if (strncmp(line, "cgroup /", 8) == 0 && step->cgroup_count < MAX_CGROUPS) {
      struct cgroup *cgroup = &step->cgroups[step->cgroup_count++];
      cgroup->path = format_string("%s", line + 7);
      cgroup->procs_fd = -1;
    }
  }
  fclose(in);
  if (same_boot) {
    cgroup_kill_leftovers(step);
  }
}
