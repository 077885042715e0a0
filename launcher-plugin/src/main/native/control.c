/*
 * The conversation with the node agent over the step's socket. Frames: length, type, payload.
 * To the agent: 1 state, 2 output, 3 task exit, 4 ended, 5 input taken, 6 share of a fence, 7 the
 * step is to be ended on all nodes, 8 the tasks have passed a fence.
 * From it: 1 signal, 2 input, 3 text for the user, 4 size of the terminal, 5 fence over, 6 the step
 * is ended, since its tasks can't find each other.
 */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  TO_STATE = 1,
  TO_OUTPUT = 2,
  TO_EXIT = 3,
  TO_ENDED = 4,
  TO_INPUT_TAKEN = 5,
  TO_SHARE = 6,
  TO_FAILED = 7,
  TO_PASSED = 8
};
enum {
  FROM_SIGNAL = 1,
  FROM_INPUT = 2,
  FROM_TEXT = 3,
  FROM_SIZE = 4,
  FROM_FENCED = 5,
  FROM_FAILED = 6
};

#define MAX_FRAME_BYTES (STDIN_BUFFER_BYTES + 64)
#define SHARE_CHUNK_BYTES (256u << 10)

static bool same_user(int fd) {
  struct ucred peer;
  socklen_t size = sizeof(peer);
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0
      && (peer.uid == geteuid() || peer.uid == 0);
}

/* A new agent takes the place of an old one: the old one can only be a leftover. */
void control_accept(struct control *control, const struct step *step) {
  int fd = accept4(step->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) {
    return;
  }
  if (!same_user(fd)) {
    close(fd);
    return;
  }
  control_close(control);
  control->fd = fd;
}

void control_close(struct control *control) {
  if (control->fd >= 0) {
    close(control->fd);
  }
  free(control->in.data);
  free(control->out.data);
  free(control->fenced.data);
  memset(control, 0, sizeof(*control));
  control->fd = -1;
}

static void frame(struct control *control, uint8_t type, const void *head, size_t head_length,
                  const void *body, size_t body_length) {
  uint8_t header[5];
  put32(header, (uint32_t)(1 + head_length + body_length));
  header[4] = type;
  if (!buffer_append(&control->out, header, 5) || !buffer_append(&control->out, head, head_length)
      || !buffer_append(&control->out, body, body_length)) {
    control_close(control);
  }
}

static void send_state(struct control *control, const struct step *step) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    fprintf(out, "task %u %ld 0 0\n", step->order.tasks[i].global_rank,
            (long)step->order.tasks[i].pid);
  }
  for (int i = 0; i < step->note_count; i++) {
    fprintf(out, "note %s\n", step->notes[i]);
  }
  fclose(out);
  frame(control, TO_STATE, "", 0, text, length);
  free(text);
  control->greeted = true;
}

static void send_stream(struct control *control, const struct task *task, int which,
                        struct stream *stream) {
  while (control->fd >= 0 && stream->buffer.length > 0
         && control->out.length < CONNECTION_BUFFER_BYTES) {
    uint8_t head[5];
    size_t length = stream->buffer.length < CHUNK_BYTES ? stream->buffer.length : CHUNK_BYTES;
    put32(head, task->global_rank);
    head[4] = (uint8_t)which;
    frame(control, TO_OUTPUT, head, sizeof(head), stream->buffer.data + stream->buffer.start,
          length);
    buffer_consume(&stream->buffer, length);
  }
}

/* An exit is reported only after everything that the task had written. */
static void send_exit(struct control *control, struct task *task) {
  uint8_t message[12];
  for (int which = 0; which < 2; which++) {
    const struct stream *stream = &task->out[which];
    if (stream->buffer.length > 0 || (stream->fd >= 0 && !stream->drained)) {
      return;
    }
  }
  int status = task->wait_status;
  put32(message, task->global_rank);
  put32(message + 4, WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : 0);
  put32(message + 8, WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0);
  frame(control, TO_EXIT, message, sizeof(message), "", 0);
  task->exit_reported = true;
}

/* How much is taken now, and how much since the step began: a new agent has to know where it is. */
static void send_input_count(struct control *control, const struct step *step) {
  uint8_t message[12];
  put32(message, control->unacknowledged);
  put32(message + 4, (uint32_t)(step->input_bytes >> 32));
  put32(message + 8, (uint32_t)step->input_bytes);
  frame(control, TO_INPUT_TAKEN, message, sizeof(message), "", 0);
  control->unacknowledged = 0;
}

static void send_input_taken(struct control *control, const struct step *step) {
  if (control->unacknowledged == 0) {
    return;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (step->order.tasks[i].stdin_buffer.length > 0) {
      return;
    }
  }
  send_input_count(control, step);
}

/* How far fences are and what this node brings to them: said again to each agent, which may be a
 * new one. */
static void send_shares(struct control *control, const struct step *step) {
  if (step->order.world.nodes > 1 && step->pmi->round > control->passed_sent) {
    uint8_t round[4];
    put32(round, step->pmi->round);
    control->passed_sent = step->pmi->round;
    frame(control, TO_PASSED, round, sizeof(round), "", 0);
  }
  for (int i = 0; i < 2; i++) {
    const struct pmi_share *share = &step->pmi->shares[i];
    size_t sent = 0;
    bool last = share->round <= control->shares_sent;
    while (!last && control->fd >= 0) {
      uint8_t head[5];
      size_t left = share->pairs.length - sent;
      size_t length = left < SHARE_CHUNK_BYTES ? left : SHARE_CHUNK_BYTES;
      last = length == left;
      put32(head, share->round);
      head[4] = last ? 1 : 0;
      frame(control, TO_SHARE, head, sizeof(head),
            length == 0 ? "" : share->pairs.data + share->pairs.start + sent, length);
      sent += length;
      control->shares_sent = last ? share->round : control->shares_sent;
    }
  }
  if (control->fd >= 0 && step->pmi->failed && !control->failure_sent) {
    control->failure_sent = true;
    frame(control, TO_FAILED, "", 0, step->pmi->failure, strlen(step->pmi->failure));
  }
}

void control_report(struct control *control, struct step *step) {
  if (control->fd >= 0 && !control->greeted) {
    send_state(control, step);
    send_input_count(control, step);
    for (uint32_t i = 0; i < step->order.task_count; i++) {
      step->order.tasks[i].exit_reported = false;
    }
  }
  if (control->fd >= 0 && step->pmi != NULL) {
    send_shares(control, step);
  }
  for (uint32_t i = 0; i < step->order.task_count && control->fd >= 0; i++) {
    struct task *task = &step->order.tasks[i];
    send_stream(control, task, 0, &task->out[0]);
    send_stream(control, task, 1, &task->out[1]);
    if (control->fd >= 0 && task->exited && !task->exit_reported) {
      send_exit(control, task);
    }
  }
  if (control->fd >= 0) {
    send_input_taken(control, step);
  }
}

void control_send_ended(struct control *control, const struct step *step) {
  size_t length = 0;
  char *text = result_text(step, &length);
  frame(control, TO_ENDED, "", 0, text, length);
  free(text);
  control->ended_sent = true;
}

bool control_flush(struct control *control) {
  while (control->fd >= 0 && control->out.length > 0) {
    ssize_t length = send(control->fd, control->out.data + control->out.start,
                          control->out.length, MSG_NOSIGNAL);
    if (length > 0) {
      buffer_consume(&control->out, (size_t)length);
    } else if (length < 0 && errno == EAGAIN) {
      return true;
    } else if (length < 0 && errno != EINTR) {
      return false;
    }
  }
  return true;
}

/* Only to tasks that were not reaped: their numbers can't have been given to another process. */
static void signal_tasks(const struct step *step, uint32_t count, int signo, bool group) {
  for (uint32_t i = 0; i < count; i++) {
    const struct task *task = &step->order.tasks[i];
    if (task->pid > 1 && !task->exited) {
      kill(group ? -task->pid : task->pid, signo);
    }
  }
}

static bool take_signal(struct step *step, const uint8_t *at, size_t length, bool *kill_all) {
  if (length != 5) {
    return false;
  }
  int signo = (int)get32(at);
  if (signo < 1 || signo >= NSIG) {
    return true;
  }
  if (signo == SIGTERM || signo == SIGKILL || signo == SIGINT || signo == SIGHUP
      || signo == SIGQUIT) {
    step->patience_until = monotonic_ms() + step->order.world.patience_ms + PMI_PATIENCE_MS;
  }
  if (at[4] == SIGNAL_TASKS) {
    signal_tasks(step, step->order.task_count, signo, true);
  } else if (at[4] == SIGNAL_SHELL) {
    signal_tasks(step, 1, signo, false);
  } else if (signo == SIGKILL) {
    *kill_all = true;
  } else {
    signal_descendants(step->supervisor, signo);
  }
  return true;
}

static bool take_input(struct control *control, struct step *step, const uint8_t *at,
                       size_t length) {
  if (length < 5) {
    return false;
  }
  uint32_t rank = get32(at);
  bool eof = at[4] != 0;
  control->unacknowledged += (uint32_t)(length - 5);
  step->input_bytes += length - 5;
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *task = &step->order.tasks[i];
    if ((rank != UINT32_MAX && rank != task->global_rank) || task->stdin_fd < 0
        || task->stdin_eof) {
      continue;
    }
    if (task->stdin_buffer.length > 4 * STDIN_BUFFER_BYTES
        || !buffer_append(&task->stdin_buffer, at + 5, length - 5)) {
      return false;
    }
    if (eof && step->order.pty && i == 0) {
      buffer_append(&task->stdin_buffer, "\004", 1); /* how a terminal says end of file */
    } else {
      task->stdin_eof |= eof;
    }
  }
  return true;
}

static bool take_fenced(struct control *control, struct step *step, const uint8_t *at,
                        size_t length) {
  if (length < 5 || step->pmi == NULL
      || control->fenced.length + length - 5 > PMI_MAX_RESULT_BYTES
      || !buffer_append(&control->fenced, at + 5, length - 5)) {
    return false;
  }
  if (at[4] != 0) {
    const char *bytes = control->fenced.length == 0
        ? ""
        : control->fenced.data + control->fenced.start;
    pmi_fenced(step, get32(at), bytes, control->fenced.length);
    buffer_consume(&control->fenced, control->fenced.length);
  }
  return true;
}

static bool take_frame(struct control *control, struct step *step, const uint8_t *at,
                       size_t length, bool *kill_all) {
  switch (at[0]) {
    case FROM_SIGNAL:
      return take_signal(step, at + 1, length - 1, kill_all);
    case FROM_INPUT:
      return take_input(control, step, at + 1, length - 1);
    case FROM_TEXT:
      task_tell(step, (const char *)at + 1, length - 1);
      return true;
    case FROM_FENCED:
      return take_fenced(control, step, at + 1, length - 1);
    case FROM_FAILED:
      pmi_fail_unless_ending(step, "%.*s", (int)(length - 1), (const char *)at + 1);
      return true;
    case FROM_SIZE:
      if (length == 9) {
        task_resize(step, (uint16_t)get32(at + 1), (uint16_t)get32(at + 5));
      }
      return length == 9;
    default:
      return false;
  }
}

static bool take_frames(struct control *control, struct step *step, bool *kill_requested) {
  while (control->in.length >= 4) {
    const uint8_t *at = (const uint8_t *)control->in.data + control->in.start;
    size_t size = get32(at);
    if (size < 1 || size > MAX_FRAME_BYTES) {
      log_line(step, "agent sent a frame of %zu bytes, at most %u are allowed", size,
               MAX_FRAME_BYTES);
      return false;
    }
    if (control->in.length < 4 + size) {
      return true;
    }
    if (!take_frame(control, step, at + 4, size, kill_requested)) {
      log_line(step, "agent sent a malformed frame of type %u", at[4]);
      return false;
    }
    buffer_consume(&control->in, 4 + size);
  }
  return true;
}

bool control_read(struct control *control, struct step *step, bool *kill_requested) {
  char chunk[CHUNK_BYTES];
  ssize_t length = recv(control->fd, chunk, sizeof(chunk), 0);
  if (length <= 0) {
    return length < 0 && (errno == EAGAIN || errno == EINTR);
  }
  if (!buffer_append(&control->in, chunk, (size_t)length)) {
    return false;
  }
  if (!take_frames(control, step, kill_requested)) {
    return false;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    task_write_input(&step->order.tasks[i]);
  }
  return true;
}
