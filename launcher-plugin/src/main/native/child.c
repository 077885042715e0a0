/* Between fork and exec: from root's child to the user's program. */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_COMPLAINTS 24

struct child {
  const struct step *step;
  const struct task *task;
  uint32_t index;
  char *complaints[MAX_COMPLAINTS]; /* for the task's standard error, once that is open */
  int complaint_count;
};

static void report(const struct child *child, char kind, const char *text) {
  uint8_t message[1024];
  size_t length = strlen(text);
  if (length > sizeof(message) - 5) {
    length = sizeof(message) - 5;
  }
  put32(message, child->index);
  message[4] = (uint8_t)kind;
  memcpy(message + 5, text, length);
  if (send(child->step->report_fd, message, length + 5, MSG_NOSIGNAL) < 0) {
    _exit(126);
  }
}

static void give_up(const struct child *child, char *text) __attribute__((noreturn));
static void give_up(const struct child *child, char *text) {
  report(child, 'E', text);
  _exit(1);
}

static void complain(struct child *child, char *text) {
  if (child->complaint_count < MAX_COMPLAINTS) {
    child->complaints[child->complaint_count++] = text;
  }
}

void reset_signals(void) {
  sigset_t none;
  for (int signo = 1; signo < NSIG; signo++) {
    signal(signo, SIG_DFL);
  }
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void bind_cpus(struct child *child) {
  const struct cpu_set_words *cpus = &child->task->cpus;
  if (cpus->count == 0) {
    cpus = &child->step->order.cpus;
  }
  if (cpus->count == 0) {
    return;
  }
  size_t size = CPU_ALLOC_SIZE(cpus->count * 64);
  cpu_set_t *set = checked_alloc(size);
  for (uint32_t i = 0; i < cpus->count * 64; i++) {
    if ((cpus->words[i / 64] >> (i % 64) & 1) != 0) {
      CPU_SET_S(i, size, set);
    }
  }
  if (CPU_COUNT_S(size, set) > 0 && sched_setaffinity(0, size, set) != 0) {
    char *text = format_string("can't bind task %u to its CPUs: %s", child->task->global_rank,
                               strerror(errno));
    report(child, 'N', text);
    free(text);
  }
  free(set);
}

static const char *value_of(const struct strings *env, const char *name) {
  size_t length = strlen(name);
  for (uint32_t i = 0; i < env->count; i++) {
    if (strncmp(env->items[i], name, length) == 0 && env->items[i][length] == '=') {
      return env->items[i] + length + 1;
    }
  }
  return "";
}

/* Where the user asked to be told how the task is bound. */
static void report_binding(struct child *child) {
  static const char *const kinds[][2] = {
      {"mask_cpu:", "MASK"}, {"map_cpu:", "MAP"}, {"rank", "RANK"}, {"map_ldom:", "LDMAP"},
      {"mask_ldom:", "LDMASK"}};
  const struct strings *env = &child->task->env;
  if (strcmp(value_of(env, "SLURM_CPU_BIND_VERBOSE"), "verbose") != 0) {
    return;
  }
  const char *kind = "NULL";
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    kind = strcmp(value_of(env, "SLURM_CPU_BIND_TYPE"), kinds[i][0]) == 0 ? kinds[i][1] : kind;
  }
  enum { CPUS = MAX_CPU_WORDS * 64 };
  size_t size = CPU_ALLOC_SIZE(CPUS);
  cpu_set_t *set = checked_alloc(size);
  char digits[CPUS / 4 + 1];
  size_t length = 0;
  if (sched_getaffinity(0, size, set) == 0) {
    for (int nibble = CPUS / 4 - 1; nibble >= 0; nibble--) {
      unsigned value = 0;
      for (int bit = 3; bit >= 0; bit--) {
        value = value << 1 | (CPU_ISSET_S(nibble * 4 + bit, size, set) ? 1 : 0);
      }
      if (length > 0 || value != 0) {
        digits[length++] = "0123456789abcdef"[value];
      }
    }
  }
  digits[length] = 0;
  free(set);
  complain(child, format_string("cpu-bind=%s - %s, task %2u %2u [%ld]: mask 0x%s set\n", kind,
                                child->step->order.node_name, child->task->global_rank,
                                child->task->local_rank, (long)getpid(), digits));
}

static void set_limits(struct child *child) {
  static const char *const names[] = {
      [RLIMIT_CPU] = "RLIMIT_CPU",       [RLIMIT_FSIZE] = "RLIMIT_FSIZE",
      [RLIMIT_DATA] = "RLIMIT_DATA",     [RLIMIT_STACK] = "RLIMIT_STACK",
      [RLIMIT_CORE] = "RLIMIT_CORE",     [RLIMIT_RSS] = "RLIMIT_RSS",
      [RLIMIT_NPROC] = "RLIMIT_NPROC",   [RLIMIT_NOFILE] = "RLIMIT_NOFILE",
      [RLIMIT_MEMLOCK] = "RLIMIT_MEMLOCK", [RLIMIT_AS] = "RLIMIT_AS"};
  for (uint32_t i = 0; i < child->step->order.limit_count; i++) {
    const struct resource_limit *wanted = &child->step->order.limits[i];
    struct rlimit limit;
    if (getrlimit(wanted->resource, &limit) != 0) {
      continue;
    }
    rlim_t soft = wanted->soft == UINT64_MAX ? RLIM_INFINITY : (rlim_t)wanted->soft;
    if (limit.rlim_max != RLIM_INFINITY && (soft == RLIM_INFINITY || soft > limit.rlim_max)) {
      if (soft != RLIM_INFINITY) {
        dprintf(STDERR_FILENO,
                "slurmstepd: error: Can't propagate %s of %llu from submit host: using %llu\n",
                names[wanted->resource], (unsigned long long)soft,
                (unsigned long long)limit.rlim_max);
      }
      soft = limit.rlim_max;
    }
    limit.rlim_cur = soft;
    setrlimit(wanted->resource, &limit);
  }
}

static void enter_directory(struct child *child) {
  const char *cwd = child->step->order.cwd;
  if (chdir(cwd) == 0) {
    return;
  }
  complain(child,
           format_string("slurmstepd: error: couldn't chdir to `%s': %s: going to /tmp instead\n",
                         cwd, strerror(errno)));
  if (chdir("/tmp") != 0 && chdir("/") != 0) {
    give_up(child, format_string("can't enter %s, /tmp or /: %s", cwd, strerror(errno)));
  }
}

static void attach(struct child *child, int fd, int target) {
  if (dup2(fd, target) < 0) {
    give_up(child, format_string("can't set up stream %d: %s", target, strerror(errno)));
  }
}

/* Opens what the user named, as the user. */
static void open_stream(struct child *child, const struct child_io *io, int which) {
  const struct io_target *target = &child->task->io[which];
  const struct io_target *output = &child->task->io[1];
  bool same_file = which == 2 && target->kind == IO_FILE && output->kind == IO_FILE
      && strcmp(target->path, output->path) == 0;
  if (io->pty_slave >= 0) {
    attach(child, io->pty_slave, which);
    return;
  }
  if (target->kind == IO_SAME || same_file) {
    attach(child, STDOUT_FILENO, which);
    return;
  }
  if (target->kind == IO_STREAM) {
    attach(child, io->fds[which], which);
    return;
  }
  const char *path = target->kind == IO_FILE ? target->path : "/dev/null";
  int flags = O_RDONLY | O_NOCTTY | O_CLOEXEC;
  if (which > 0) {
    /* Always at the end: several tasks, or a program and its errors, may share one file. */
    flags = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC;
    flags |= child->step->order.append ? 0 : O_TRUNC;
  }
  int fd = open(path, flags, 0666);
  if (fd < 0) {
    static const char *const names[] = {"input", "output", "error"};
    give_up(child, format_string("task %u: could not open %s file %s: %s",
                                 child->task->global_rank, names[which], path, strerror(errno)));
  }
  attach(child, fd, which);
  close(fd);
}

static void open_streams(struct child *child, const struct child_io *io) {
  if (io->pty_slave >= 0 && ioctl(io->pty_slave, TIOCSCTTY, 0) != 0) {
    give_up(child, format_string("can't make the terminal the task's own: %s", strerror(errno)));
  }
  for (int which = 0; which < 3; which++) {
    open_stream(child, io, which);
  }
}

static bool among(char *const *items, size_t count, const char *variable) {
  size_t name = strcspn(variable, "=") + 1;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(items[i], variable, name) == 0) {
      return true;
    }
  }
  return false;
}

static char **build_environment(const struct child *child) {
  const struct order *order = &child->step->order;
  const struct strings *own = &child->task->env;
  size_t most = order->env.count + own->count + pmi_variable_count(child->step, child->task) + 2;
  char **env = checked_alloc(most * sizeof(char *));
  size_t parallel = pmi_variables(child->step, child->task, env);
  size_t count = parallel;
  for (uint32_t i = 0; i < order->env.count; i++) {
    if (!among(own->items, own->count, order->env.items[i])
        && !among(env, parallel, order->env.items[i])) {
      env[count++] = order->env.items[i];
    }
  }
  for (uint32_t i = 0; i < own->count; i++) {
    env[count++] = own->items[i];
  }
  if (order->pid_variable != NULL && order->pid_variable[0] != 0) {
    env[count++] = format_string("%s=%ld", order->pid_variable, (long)getpid());
  }
  return env;
}

const char *variable(char *const *env, const char *name) {
  size_t length = strlen(name);
  for (; *env != NULL; env++) {
    if (strncmp(*env, name, length) == 0 && (*env)[length] == '=') {
      return *env + length + 1;
    }
  }
  return NULL;
}

static bool is_program(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* A plain name is looked up in the user's PATH, then in the working directory. */
static const char *find_program(const char *name, char *const *env) {
  if (strchr(name, '/') != NULL) {
    return name;
  }
  const char *path = variable(env, "PATH");
  if (path == NULL) {
    path = ORDINARY_PATH;
  }
  while (*path != 0) {
    size_t length = strcspn(path, ":");
    char *candidate = format_string("%.*s/%s", length == 0 ? 1 : (int)length,
                                    length == 0 ? "." : path, name);
    if (is_program(candidate)) {
      return candidate;
    }
    free(candidate);
    path += length + (path[length] == ':' ? 1 : 0);
  }
  char *here = format_string("./%s", name);
  return is_program(here) ? here : name;
}

// Says why a program doesn't run. One that is there and not found lacks what its first line names.
static void explain(const char *path, int failure) {
  char line[256];
  int fd = failure == ENOENT ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  ssize_t length = fd < 0 ? 0 : read(fd, line, sizeof line - 1);
  line[length > 0 ? length : 0] = '\0';
  line[strcspn(line, "\n")] = '\0';
  if (strncmp(line, "#!", 2) == 0) {
    char *interpreter = line + 2 + strspn(line + 2, " \t");
    const char *dos_break = strchr(interpreter, '\r') ? "^M" : "";
    interpreter[strcspn(interpreter, " \t\r")] = '\0';
    dprintf(STDERR_FILENO, "slurmstepd: error: execve(): bad interpreter(%s%s): %s\n", interpreter,
            dos_break, strerror(failure));
  } else {
    dprintf(STDERR_FILENO, "slurmstepd: error: execve(): %s: %s\n", path, strerror(failure));
  }
}

static void run_program(struct child *child, struct rlimit *open_files) __attribute__((noreturn));
static void run_program(struct child *child, struct rlimit *open_files) {
  const struct order *order = &child->step->order;
  const struct strings *words = child->task->argv.count > 0 ? &child->task->argv : &order->argv;
  bool script = order->script != NULL && child->task->argv.count == 0;
  char **env = run_task_prologs(order, with_login_variables(order, build_environment(child)));
  env = stay_for_task_epilogs(order, env);
  char **argv = checked_alloc((words->count + 2) * sizeof(char *));
  const char *path = script ? child->step->script_path : find_program(words->items[0], env);
  uint32_t count = 0;
  if (script) {
    argv[count++] = child->step->script_path;
  }
  for (uint32_t i = 0; i < words->count; i++) {
    argv[count++] = words->items[i];
  }
  setrlimit(RLIMIT_NOFILE, open_files);
  set_limits(child);
  pmi_hand_over(child->task);
  execve(path, argv, env);
  int failure = errno;
  explain(path, failure);
  _exit(failure > 0 && failure < 126 ? failure : 126);
}

void child_run(struct step *step, struct task *task, const struct child_io *io, int go_fd) {
  struct child child = {.step = step, .task = task, .index = (uint32_t)(task - step->order.tasks)};
  char error[512];
  struct rlimit open_files;
  char go = 0;
  close(step->dir_fd); /* the lock is the supervisor's alone */
  close(step->go_fd);
  reset_signals();
  if (io->pty_slave >= 0 ? setsid() < 0 : setpgid(0, 0) != 0 && errno != EACCES) {
    give_up(&child, format_string("can't make a process group: %s", strerror(errno)));
  }
  if (!cgroup_join(step)) {
    give_up(&child, format_string("can't enter the step's cgroup: %s", strerror(errno)));
  }
  write_file("/proc/self/oom_score_adj", "0");
  bind_cpus(&child);
  report_binding(&child);
  if (!become_user(&step->order, error, sizeof(error))) {
    give_up(&child, error);
  }
  /* Set after the change of identity, which clears it. */
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != step->supervisor) {
    _exit(126);
  }
  char *memory = memory_bind(step, task);
  if (memory != NULL) {
    complain(&child, memory);
  }
  umask(step->order.umask);
  enter_directory(&child);
  open_streams(&child, io);
  getrlimit(RLIMIT_NOFILE, &open_files);
  open_files.rlim_cur = open_files.rlim_max < 1024 ? open_files.rlim_max : 1024;
  report(&child, 'R', "");
  if (read(go_fd, &go, 1) != 1) {
    _exit(126);
  }
  for (int i = 0; i < child.complaint_count; i++) {
    write_fully(STDERR_FILENO, child.complaints[i], strlen(child.complaints[i]));
  }
  run_program(&child, &open_files);
}
