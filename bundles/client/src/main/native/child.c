/* Signals, and the program that the controller has us run (salloc's shell). */
#include "client.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

int signals = -1;
static sigset_t taken, original_mask; /* what the signalfd receives; the mask we were born with */
static bool pipe_was_ignored;
static pid_t child;
static uint32_t child_id;
static char **child_arguments;        /* of the last one, or NULL */
static bool child_adoptable;          /* started for a controller that is no more */
static int child_kind, child_value;   /* how it ended */
static bool child_in_front;           /* the child has its own process group and the terminal */
static void (*on_interrupt)(int), (*on_quit)(int); /* what they did before there was a child */

void remember_signals(void) {
  sigemptyset(&taken);
  sigprocmask(SIG_BLOCK, NULL, &original_mask);
  pipe_was_ignored = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

void take_signals(const int *numbers) {
  for (; *numbers; numbers++) {
    struct sigaction now;
    sigaction(*numbers, NULL, &now);
    if (now.sa_handler != SIG_IGN || *numbers == SIGCHLD) sigaddset(&taken, *numbers);
  }
  sigprocmask(SIG_BLOCK, &taken, NULL);
  signals = signalfd(signals, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) fail("can't receive signals: %s", strerror(errno));
}

static void send_child_exit(int kind, int value) {
  struct buffer b = {0};
  put_number(&b, child_id, 4);
  put_number(&b, (uint64_t) kind, 1);
  put_number(&b, (uint64_t) value, 4);
  send_frame(CHILD_EXIT, b.data, b.size, NULL, 0);
  free(b.data);
}

static bool same_words(char **one, char **other) {
  for (; *one && *other; one++, other++) {
    if (strcmp(*one, *other)) return false;
  }
  return *one == *other;
}

static void child_gone(void) {
  if (child_in_front) tcsetpgrp(0, getpgrp());
  child = 0;
  signal(SIGINT, on_interrupt);
  signal(SIGQUIT, on_quit);
}

/* True if the controller that comes back asks for what runs, or has run, already. What sets a
 * display up on the way to the user's program is begun anew. */
static bool adopted(uint32_t id, char **arguments) {
  if (!child_adoptable) return false;
  child_adoptable = false;
  if (same_words(arguments, child_arguments)) {
    child_id = id;
    if (!child) send_child_exit(child_kind, child_value);
    return true;
  }
  if (child && child_arguments[1] && !strncmp(child_arguments[1], "--x11-", 6)) {
    kill(child, SIGTERM);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) { }
    child_gone();
  }
  return false;
}

void run_child(uint32_t id, char **arguments, char **environment) {
  if (arguments[0] && adopted(id, arguments)) return;
  if (child || !arguments[0]) fail("the controller asked for a program that can't be started now");
  child_id = id;
  take_signals((int[]) {SIGCHLD, 0});
  child_in_front = isatty(0) && tcgetpgrp(0) == getpgrp();
  signal(SIGTTOU, SIG_IGN); /* lets us hand the terminal over and take it back */
  child = fork();
  if (child == 0) {
    if (child_in_front) {
      setpgid(0, 0);
      tcsetpgrp(0, getpid());
    }
    signal(SIGTTOU, SIG_DFL);
    signal(SIGPIPE, pipe_was_ignored ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &original_mask, NULL);
    environ = environment;
    execvp(arguments[0], arguments);
    int error = errno;
    dprintf(2, "%s: error: Unable to exec command \"%s\": %s\n", program, arguments[0],
            strerror(error));
    _exit(error == ENOENT ? 127 : 126);
  }
  if (child < 0) {
    child = 0;
    send_child_exit(2, errno);
    return;
  }
  child_arguments = arguments;
  if (child_in_front) {
    setpgid(child, child);
    tcsetpgrp(0, child);
  }
  on_interrupt = signal(SIGINT, SIG_IGN); /* meant for the child */
  on_quit = signal(SIGQUIT, SIG_IGN);
}

void kill_child(uint32_t id, int number) {
  if (child && id == child_id) kill(child_in_front ? -child : child, number);
}

void offer_child(void) {
  child_adoptable = child_arguments;
}

_Noreturn void die_of_pipe(void) {
  set_raw(false);
  if (!pipe_was_ignored) {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  }
  leave(1);
}

static void child_changed(void) {
  int status;
  if (!child || waitpid(child, &status, WNOHANG | WUNTRACED) <= 0) return;
  if (WIFSTOPPED(status)) { /* as if the user had stopped us: back to the shell, and later on */
    if (!child_in_front) return;
    tcsetpgrp(0, getpgrp());
    raise(SIGSTOP);
    tcsetpgrp(0, child);
    kill(-child, SIGCONT);
    return;
  }
  child_gone();
  child_kind = WIFSIGNALED(status);
  child_value = child_kind ? WTERMSIG(status) : WEXITSTATUS(status);
  if (!child_adoptable) send_child_exit(child_kind, child_value);
}

void receive_signal(void) {
  struct signalfd_siginfo info;
  if (read(signals, &info, sizeof info) != sizeof info) return;
  unsigned char number = (unsigned char) info.ssi_signo;
  if (number == SIGCHLD) {
    child_changed();
  } else if (number == SIGWINCH) {
    uint16_t size[2];
    window_size(size);
    unsigned char payload[] = {(unsigned char) (size[0] >> 8), (unsigned char) size[0],
                               (unsigned char) (size[1] >> 8), (unsigned char) size[1]};
    send_frame(WINSIZE, payload, sizeof payload, NULL, 0);
  } else {
    send_frame(SIGNAL, &number, 1, NULL, 0);
    if (number == SIGTSTP) stop_until_continued();
  }
}

/* A signal while there is no controller that could be told. */
void signal_alone(void) {
  struct signalfd_siginfo info;
  if (read(signals, &info, sizeof info) != sizeof info) return;
  int number = (int) info.ssi_signo;
  if (number == SIGCHLD) {
    child_changed();
  } else if (child && (number == SIGTERM || number == SIGHUP)) {
    kill(child, number);
  } else if (number == SIGTSTP) {
    raise(SIGSTOP);
  } else if (!child && (number == SIGINT || number == SIGTERM || number == SIGHUP
                        || number == SIGQUIT)) {
    fail("interrupted while the slurm controller is away; what it runs goes on");
  }
}
