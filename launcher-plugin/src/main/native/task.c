/* A task as its supervisor sees it: fork, and the pipes to and from it. */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user must be able to reopen /dev/stdout and its kind, which needs the pipe to be theirs. */
static bool make_pipe(const struct order *order, int fds[2], int ours) {
  if (pipe2(fds, O_CLOEXEC) != 0) {
    return false;
  }
  if (geteuid() == 0 && fchown(fds[1 - ours], order->uid, order->gid) != 0) {
    return false;
  }
  return fcntl(fds[ours], F_SETFL, O_NONBLOCK) == 0;
}

static bool open_terminal(struct step *step, struct task *task, struct child_io *io) {
  struct winsize size = {.ws_row = step->order.pty_rows, .ws_col = step->order.pty_columns};
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  char name[128];
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0
      || ptsname_r(master, name, sizeof(name)) != 0) {
    return false;
  }
  io->pty_slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (io->pty_slave < 0) {
    return false;
  }
  ioctl(master, TIOCSWINSZ, &size);
  if (geteuid() == 0 && fchown(io->pty_slave, step->order.uid, (gid_t)-1) != 0) {
    return false;
  }
  task->out[0].fd = master;
  task->stdin_fd = fcntl(master, F_DUPFD_CLOEXEC, 3);
  return task->stdin_fd >= 0;
}

static bool open_pipes(struct step *step, struct task *task, struct child_io *io) {
  if (step->order.pty && task == &step->order.tasks[0]) {
    return open_terminal(step, task, io);
  }
  for (int which = 0; which < 3; which++) {
    int fds[2];
    if (task->io[which].kind != IO_STREAM) {
      continue;
    }
    int ours = which == 0 ? 1 : 0;
    if (!make_pipe(&step->order, fds, ours)) {
      return false;
    }
    io->fds[which] = fds[1 - ours];
    if (which == 0) {
      task->stdin_fd = fds[ours];
    } else {
      task->out[which - 1].fd = fds[ours];
    }
  }
  return true;
}

bool task_fork(struct step *step, struct task *task, int go_read_fd) {
  struct child_io io = {.fds = {-1, -1, -1}, .pty_slave = -1};
  if (!open_pipes(step, task, &io) || !pmi_open_task(step, task)) {
    set_reason(step, "can't make pipes or a terminal for task %u: %s", task->global_rank,
               strerror(errno));
    return false;
  }
  /* The child ignores what the supervisor ignores until it has put that right: until then what comes
   * for it is kept, and not lost. */
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  task->pid = fork();
  if (task->pid == 0) {
    child_run(step, task, &io, go_read_fd);
  }
  int failure = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  pmi_forked(task);
  for (int which = 0; which < 3; which++) {
    if (io.fds[which] >= 0) {
      close(io.fds[which]);
    }
  }
  if (io.pty_slave >= 0) {
    close(io.pty_slave);
  }
  if (task->pid < 0) {
    task->pid = 0;
    set_reason(step, "can't fork task %u: %s", task->global_rank, strerror(failure));
    return false;
  }
  if (!step->order.pty || task != &step->order.tasks[0]) {
    setpgid(task->pid, task->pid); /* both sides do it, so that neither has to wait */
  }
  return true;
}

enum { TELL_POLLS = 100, TELL_POLL_MS = 5 };

/*
 * Writes to a file that the user named, as the user. In a process of its own, which nothing but KILL
 * ends; waited for only so long, as the file may lie where writing takes for ever.
 */
static void append_as_user(const struct step *step, const char *path, const char *text,
                           size_t length) {
  char error[512];
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t writer = fork();
  if (writer == 0) {
    if (become_user(&step->order, error, sizeof(error)) && chdir(step->order.cwd) == 0) {
      int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
      if (fd >= 0) {
        write_fully(fd, text, length);
      }
    }
    _exit(0);
  }
  for (int i = 0; writer > 0 && i < TELL_POLLS && waitpid(writer, NULL, WNOHANG) == 0; i++) {
    poll(NULL, 0, TELL_POLL_MS);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
}

void task_tell(struct step *step, const char *text, size_t length) {
  if (step->order.task_count == 0) {
    return;
  }
  struct task *task = &step->order.tasks[0];
  int which = step->order.pty || task->io[2].kind == IO_SAME ? 1 : 2;
  if (step->order.pty || task->io[which].kind == IO_STREAM) {
    buffer_append(&task->out[which - 1].buffer, text, length);
  } else if (task->io[which].kind == IO_FILE) {
    append_as_user(step, task->io[which].path, text, length);
  }
}

void task_resize(struct step *step, uint16_t rows, uint16_t columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  if (step->order.pty && step->order.task_count > 0 && step->order.tasks[0].out[0].fd >= 0) {
    ioctl(step->order.tasks[0].out[0].fd, TIOCSWINSZ, &size); /* the kernel sends WINCH */
  }
}

void task_read_output(struct task *task, int which) {
  struct stream *stream = &task->out[which];
  char chunk[CHUNK_BYTES];
  while (stream->fd >= 0 && stream->buffer.length < STREAM_BUFFER_BYTES) {
    ssize_t length = read(stream->fd, chunk, sizeof(chunk));
    if (length > 0) {
      if (!buffer_append(&stream->buffer, chunk, (size_t)length)) {
        return;
      }
      if ((size_t)length < sizeof(chunk)) {
        return;
      }
      continue;
    }
    if (length < 0 && errno == EINTR) {
      continue;
    }
    stream->drained = true;
    if (length < 0 && errno == EAGAIN) {
      return;
    }
    close(stream->fd); /* end of file; a terminal says EIO */
    stream->fd = -1;
  }
}

void task_write_input(struct task *task) {
  struct buffer *buffer = &task->stdin_buffer;
  while (task->stdin_fd >= 0 && buffer->length > 0) {
    ssize_t length = write(task->stdin_fd, buffer->data + buffer->start, buffer->length);
    if (length > 0) {
      buffer_consume(buffer, (size_t)length);
    } else if (length < 0 && errno == EAGAIN) {
      return;
    } else if (length < 0 && errno != EINTR) {
      close(task->stdin_fd);
      task->stdin_fd = -1;
    }
  }
  if (task->stdin_fd < 0) {
    buffer_consume(buffer, buffer->length);
  } else if (task->stdin_eof) {
    close(task->stdin_fd);
    task->stdin_fd = -1;
  }
}
