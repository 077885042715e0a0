/* Programs to run before and after each task: as the user, in the task's place. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_PROLOG_OUTPUT (1u << 20)

static size_t count_of(char *const *env) {
  size_t count = 0;
  while (env[count] != NULL) {
    count++;
  }
  return count;
}

static char **without(char **env, const char *name, size_t length) {
  size_t kept = 0;
  for (size_t i = 0; env[i] != NULL; i++) {
    if (strncmp(env[i], name, length) != 0 || env[i][length] != '=') {
      env[kept++] = env[i];
    }
  }
  env[kept] = NULL;
  return env;
}

static char **with(char **env, char *variable) {
  env = without(env, variable, strcspn(variable, "="));
  size_t count = count_of(env);
  char **grown = checked_alloc((count + 2) * sizeof(char *));
  memcpy(grown, env, count * sizeof(char *));
  grown[count] = variable;
  return grown;
}

/* One line that a prolog wrote: a variable to set or to drop, or a text for the task's output. */
static char **obey(char **env, char *line) {
  line += strspn(line, " \t");
  if (strncmp(line, "export ", 7) == 0) {
    char *variable = line + 7 + strspn(line + 7, " \t");
    return variable[0] != '=' && strchr(variable, '=') != NULL ? with(env, variable) : env;
  }
  if (strncmp(line, "unset ", 6) == 0) {
    char *name = line + 6 + strspn(line + 6, " \t");
    return without(env, name, strcspn(name, " \t"));
  }
  if (strncmp(line, "print ", 6) == 0) {
    dprintf(STDOUT_FILENO, "%s\n", line + 6);
  }
  return env;
}

/* Starts a program that sees nothing of the task's streams; what it prints goes to output. */
static pid_t start(const char *path, char **env, int output) {
  pid_t pid = fork();
  if (pid != 0) {
    return pid;
  }
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0
      || dup2(output < 0 ? nothing : output, STDOUT_FILENO) < 0) {
    _exit(126);
  }
  char *argv[] = {(char *)path, NULL};
  fcntl(STDERR_FILENO, F_SETFD, FD_CLOEXEC);
  int complaints = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(nothing, STDERR_FILENO);
  execve(path, argv, env);
  dprintf(complaints, "slurmstepd: error: %s can not be executed: %s\n", path, strerror(errno));
  _exit(1);
}

static int wait_for(pid_t pid) {
  int status = 1 << 8;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

static char *read_all(int fd) {
  char *text = checked_alloc(MAX_PROLOG_OUTPUT + 1);
  size_t length = 0;
  for (;;) {
    char spill[4096];
    size_t room = MAX_PROLOG_OUTPUT - length;
    ssize_t got = read(fd, room > 0 ? text + length : spill, room > 0 ? room : sizeof(spill));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      text[length] = 0;
      return text;
    }
    length += room > 0 ? (size_t)got : 0;
  }
}

char **run_task_prologs(const struct order *order, char **env) {
  for (uint32_t i = 0; i < order->task_prologs.count; i++) {
    const char *path = order->task_prologs.items[i];
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) {
      dprintf(STDERR_FILENO, "slurmstepd: error: no pipe for %s: %s\n", path, strerror(errno));
      _exit(1);
    }
    pid_t pid = start(path, env, fds[1]);
    close(fds[1]);
    char *text = read_all(fds[0]);
    close(fds[0]);
    int status = wait_for(pid);
    if (status != 0) {
      int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      dprintf(STDERR_FILENO, "slurmstepd: error: task prolog %s failed status=%d\n", path, code);
      _exit(code);
    }
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
      env = obey(env, line);
    }
  }
  return env;
}

static void end_like(int status) __attribute__((noreturn));
static void end_like(int status) {
  if (WIFSIGNALED(status)) {
    struct rlimit no_core = {0, 0}; /* the task has left one already */
    sigset_t its;
    setrlimit(RLIMIT_CORE, &no_core);
    signal(WTERMSIG(status), SIG_DFL);
    sigemptyset(&its);
    sigaddset(&its, WTERMSIG(status));
    kill(getpid(), WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &its, NULL);
    _exit(128 + WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

/*
 * With programs to run afterwards the task gets a process of its own, which is the one that returns
 * from here. The first one stays, deaf to all signals but KILL, and ends as the task did.
 */
char **stay_for_task_epilogs(const struct order *order, char **env) {
  if (order->task_epilogs.count == 0) {
    return env;
  }
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t first = getpid();
  pid_t task = fork();
  if (task < 0) {
    dprintf(STDERR_FILENO, "slurmstepd: error: can't fork: %s\n", strerror(errno));
    _exit(1);
  }
  if (task == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != first) {
      _exit(126);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return order->pid_variable == NULL || order->pid_variable[0] == 0
        ? env
        : with(env, format_string("%s=%ld", order->pid_variable, (long)getpid()));
  }
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  int complaints = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  for (int fd = 0; fd < 3; fd++) {
    dup2(nothing, fd); /* so that whoever is at the other end sees that the task has closed it */
  }
  int status = wait_for(task);
  for (uint32_t i = 0; i < order->task_epilogs.count; i++) {
    int result = wait_for(start(order->task_epilogs.items[i], env, -1));
    if (result != 0) {
      dprintf(complaints, "slurmstepd: error: task epilog %s failed status=%d\n",
              order->task_epilogs.items[i], WIFEXITED(result) ? WEXITSTATUS(result) : -1);
    }
  }
  end_like(status);
}
