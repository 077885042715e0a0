/* The variables of a login of the user's, for a script that leaves those of its submission behind. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS (120 * 1000)
#define MAX_OUTPUT (4u << 20)
#define POLL_MS 20

/* What a profile prints comes before. */
static const char marker[] = "headrace-login-environment\n";

static void run_shell(char *const *env, int output) __attribute__((noreturn));
static void run_shell(char *const *env, int output) {
  static const char *const names[] = {"HOME", "USER", "LOGNAME", "SHELL"};
  char *own[sizeof(names) / sizeof(names[0]) + 2] = {"PATH=" ORDINARY_PATH};
  size_t count = 1;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    const char *value = variable(env, names[i]);
    if (value != NULL) {
      own[count++] = format_string("%s=%s", names[i], value);
    }
  }
  const char *shell = variable(env, "SHELL");
  const char *home = variable(env, "HOME");
  shell = shell == NULL || shell[0] != '/' ? "/bin/sh" : shell;
  char *name = format_string("-%s", strrchr(shell, '/') + 1);
  char *command = format_string("echo %.*s; exec /usr/bin/env -0", (int)sizeof(marker) - 2, marker);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  setsid();
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0
      || dup2(nothing, STDERR_FILENO) < 0 || (home != NULL && chdir(home) != 0 && chdir("/") != 0)) {
    _exit(126);
  }
  char *argv[] = {name, "-c", command, NULL};
  execve(shell, argv, own);
  _exit(127);
}

/* False: it has said too much. */
static bool take(int fd, char *text, size_t *length) {
  ssize_t got = 1;
  while (got > 0 && *length < MAX_OUTPUT) {
    got = read(fd, text + *length, MAX_OUTPUT - *length);
    *length += got > 0 ? (size_t)got : 0;
  }
  return *length < MAX_OUTPUT;
}

/* What it says until it ends, whatever a profile may have left behind that goes on; NULL: it takes
 * too long, or says too much. */
static char *hear(pid_t shell, int fd, size_t *length) {
  char *text = checked_alloc(MAX_OUTPUT + 1);
  int64_t until = monotonic_ms() + PATIENCE_MS;
  bool ended = false;
  bool good = true;
  *length = 0;
  while (good && !ended) {
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    poll(&polled, 1, POLL_MS);
    ended = waitpid(shell, NULL, WNOHANG) == shell;
    good = take(fd, text, length) && (ended || monotonic_ms() < until);
  }
  if (!ended) {
    kill(-shell, SIGKILL);
    kill(shell, SIGKILL);
    waitpid(shell, NULL, 0);
  }
  if (!good) {
    free(text);
  }
  return good ? text : NULL;
}

/* What is of the shell that was asked alone. */
static bool passing(const char *variable) {
  static const char *const names[] = {"PWD=", "OLDPWD=", "SHLVL=", "_="};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (strncmp(variable, names[i], strlen(names[i])) == 0) {
      return true;
    }
  }
  return strchr(variable, '=') == NULL || strncmp(variable, "SLURM", 5) == 0;
}

static char **add_missing(char **env, char *entries, const char *end) {
  size_t count = 0;
  size_t more = 2;
  while (env[count] != NULL) {
    count++;
  }
  for (const char *at = entries; at < end; at++) {
    more += *at == 0 ? 1 : 0;
  }
  char **all = checked_alloc((count + more) * sizeof(char *));
  memcpy(all, env, count * sizeof(char *));
  for (char *at = entries; at < end; at += strlen(at) + 1) {
    char *name = format_string("%.*s", (int)strcspn(at, "="), at);
    if (!passing(at) && variable(all, name) == NULL) {
      all[count++] = at;
    }
    free(name);
  }
  if (variable(all, "PATH") == NULL) {
    all[count++] = format_string("%s", "PATH=" ORDINARY_PATH);
  }
  return all;
}

char **with_login_variables(const struct order *order, char **env) {
  const char *wanted = variable(env, "SLURM_GET_USER_ENV");
  int fds[2];
  if (order->script == NULL || wanted == NULL || strcmp(wanted, "1") != 0) {
    return env;
  }
  char *text = NULL;
  size_t length = 0;
  if (pipe2(fds, O_CLOEXEC) == 0) {
    pid_t pid = fork();
    if (pid == 0) {
      run_shell(env, fds[1]);
    }
    close(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    text = pid > 0 ? hear(pid, fds[0], &length) : NULL;
    close(fds[0]);
  }
  char *from = text == NULL ? NULL : memmem(text, length, marker, sizeof(marker) - 1);
  if (from == NULL) {
    dprintf(STDERR_FILENO, "slurmstepd: error: the environment of a login of this user can't be had"
                           " on %s\n", order->node_name);
    return add_missing(env, "", "");
  }
  return add_missing(env, from + sizeof(marker) - 1, text + length);
}
