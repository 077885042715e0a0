/* The life of a step: start its tasks, serve the agent, clear up, write the result. */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum phase {
  STARTING,  /* tasks exist and prepare themselves */
  RUNNING,   /* tasks may execute */
  CLEARING,  /* tasks ended; what they left behind is ended too */
  DELIVERING /* the result is on disk; unread output and the result go to the agent */
};

struct supervision {
  struct step *step;
  struct control control;
  enum phase phase;
  int signal_fd;
  bool killing;
  bool children_gone;
  int64_t kill_at; /* next round of SIGKILL, or 0 */
  int kill_pause;
  int64_t result_at; /* next attempt to write the result, or 0 */
  int64_t leave_at;  /* when unread output has waited long enough, or 0 */
  struct pollfd *polls;
  size_t poll_capacity;
};

static void start_killing(struct supervision *s) {
  if (!s->killing) {
    s->killing = true;
    s->kill_at = monotonic_ms();
    s->kill_pause = 5;
  }
}

static void fail_start(struct supervision *s) {
  s->step->outcome = OUTCOME_FAILED_TO_START;
  s->phase = CLEARING;
  start_killing(s);
}

static void count_usage(struct step *step, const struct rusage *usage) {
  step->user_us += (uint64_t)usage->ru_utime.tv_sec * 1000000 + (uint64_t)usage->ru_utime.tv_usec;
  step->system_us +=
      (uint64_t)usage->ru_stime.tv_sec * 1000000 + (uint64_t)usage->ru_stime.tv_usec;
  if ((uint64_t)usage->ru_maxrss > step->max_rss_kib) {
    step->max_rss_kib = (uint64_t)usage->ru_maxrss;
  }
}

static void release_tasks(struct supervision *s) {
  struct step *step = s->step;
  step->start_ms = now_ms();
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (write(step->go_fd, "G", 1) != 1 && errno != EPIPE) { /* killed meanwhile: they're reaped */
      set_reason(step, "can't release the tasks: %s", strerror(errno));
      fail_start(s);
      return;
    }
  }
  s->phase = RUNNING;
  close(step->go_fd);
  close(step->report_in);
  step->go_fd = -1;
  step->report_in = -1;
}

/* Takes what tasks say while they are set up. */
static void read_reports(struct supervision *s) {
  struct step *step = s->step;
  uint8_t message[1100];
  for (;;) {
    ssize_t length = recv(step->report_in, message, sizeof(message) - 1, MSG_DONTWAIT);
    if (length < 5) {
      break;
    }
    message[length] = 0;
    uint32_t index = get32(message);
    if (index >= step->order.task_count) {
      continue;
    }
    if (message[4] == 'R') {
      step->order.tasks[index].ready = true;
    } else if (message[4] == 'N') {
      add_note(step, "%s", (const char *)message + 5);
    } else {
      set_reason(step, "%s", (const char *)message + 5);
      fail_start(s);
      return;
    }
  }
}

/* Lets the tasks go once all are ready. */
static void hear_tasks(struct supervision *s) {
  struct step *step = s->step;
  read_reports(s);
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (!step->order.tasks[i].ready) {
      return;
    }
  }
  if (s->phase == STARTING) {
    release_tasks(s);
  }
}

static void task_ended(struct supervision *s, struct task *task, int status) {
  task->exited = true;
  task->wait_status = pmi_task_ended(s->step, task, status);
  for (int which = 0; which < 2; which++) {
    task->out[which].drained = false; /* what it wrote last is still in the pipe */
    task_read_output(task, which);
  }
  if (s->phase == STARTING) {
    read_reports(s); /* why it ended may be waiting there; one that ended can't be let go */
  }
  if (s->phase == STARTING && WIFSIGNALED(status)) {
    /* Somebody ended the step before it began: a cancelled step, not one that can't start. */
    s->phase = CLEARING;
    start_killing(s);
  } else if (s->phase == STARTING) {
    set_reason(s->step, "task %u ended while it was being set up", task->global_rank);
    fail_start(s);
  }
}

/* Reaps tasks and every process that was left to us as the subreaper. */
static void reap(struct supervision *s) {
  struct step *step = s->step;
  for (;;) {
    struct rusage usage;
    int status = 0;
    pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid <= 0) {
      s->children_gone = pid < 0 && errno == ECHILD;
      return;
    }
    count_usage(step, &usage);
    for (uint32_t i = 0; i < step->order.task_count; i++) {
      struct task *task = &step->order.tasks[i];
      if (task->pid == pid && !task->exited) {
        task_ended(s, task, status);
        break;
      }
    }
  }
}

static bool open_channels(struct step *step, int *go_read_fd) {
  int report[2];
  int go[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, report) != 0) {
    return false;
  }
  step->report_in = report[0];
  step->report_fd = report[1];
  if (pipe2(go, O_CLOEXEC) != 0) {
    return false;
  }
  *go_read_fd = go[0];
  step->go_fd = go[1];
  return true;
}

static void start_tasks(struct supervision *s) {
  struct step *step = s->step;
  int go_read_fd = -1;
  step->start_ms = now_ms();
  s->phase = STARTING;
  if (step->order.script != NULL && !spool_store_script(step)) {
    fail_start(s);
    return;
  }
  pmi_prepare(step);
  cgroup_setup(step);
  if (!pmix_start(step)) {
    fail_start(s);
    return;
  }
  if (!open_channels(step, &go_read_fd)) {
    set_reason(step, "can't make channels to the tasks: %s", strerror(errno));
    fail_start(s);
    return;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (!task_fork(step, &step->order.tasks[i], go_read_fd)) {
      fail_start(s);
      break;
    }
  }
  close(go_read_fd);
  close(step->report_fd);
  step->report_fd = -1;
  /* From here on a supervisor that dies leaves a trace: the step may have run. */
  if (s->phase == STARTING && !spool_write_pids(step)) {
    set_reason(step, "can't write %s/pids: %s", step->dir, strerror(errno));
    fail_start(s);
  }
}

static bool all_tasks_ended(const struct step *step) {
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (step->order.tasks[i].pid > 0 && !step->order.tasks[i].exited) {
      return false;
    }
  }
  return true;
}

/* Once nobody is left who could write, what is in the pipes is all there will be. */
static void drain_pipes(struct step *step) {
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *task = &step->order.tasks[i];
    for (int which = 0; which < 2; which++) {
      struct stream *stream = &task->out[which];
      stream->drained = false;
      task_read_output(task, which);
      if (stream->fd >= 0 && stream->drained) {
        close(stream->fd);
        stream->fd = -1;
      }
    }
  }
}

/* Of a step that couldn't start the agent isn't sent any, and nobody waits for it. */
static bool output_left(const struct step *step) {
  if (step->outcome != OUTCOME_COMPLETED) {
    return false;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    for (int which = 0; which < 2; which++) {
      const struct stream *stream = &step->order.tasks[i].out[which];
      if (stream->fd >= 0 || stream->buffer.length > 0) {
        return true;
      }
    }
  }
  return false;
}

static void clear_up(struct supervision *s) {
  struct step *step = s->step;
  if (!s->children_gone) {
    return;
  }
  if (s->result_at == 0) {
    cgroup_finish(step);
    spool_remove_script(step);
    step->end_ms = now_ms();
  }
  if (!spool_write_result(step)) {
    if (s->result_at == 0) {
      log_line(step, "can't write the result, trying on: %s", strerror(errno));
    }
    s->result_at = monotonic_ms() + 1000;
    return;
  }
  s->result_at = 0;
  s->phase = DELIVERING;
  drain_pipes(step);
}

static void advance(struct supervision *s) {
  struct step *step = s->step;
  int64_t now = monotonic_ms();
  if (s->phase == RUNNING && all_tasks_ended(step)) {
    s->phase = CLEARING;
    pmix_end(step);
    reap(s);
    if (!s->children_gone && step->order.kill_wait_ms > 0 && !s->killing) {
      signal_descendants(step->supervisor, SIGTERM);
      signal_descendants(step->supervisor, SIGCONT);
      s->kill_at = now + step->order.kill_wait_ms;
    } else if (!s->children_gone) {
      start_killing(s);
    }
  }
  if (s->kill_at != 0 && now >= s->kill_at && !s->children_gone) {
    kill_tree(step);
    s->killing = true;
    s->kill_pause = s->kill_pause < 5 ? 5 : s->kill_pause < 500 ? s->kill_pause * 2 : 1000;
    s->kill_at = now + s->kill_pause;
    reap(s);
  }
  if (s->phase == CLEARING && now >= s->result_at) {
    clear_up(s);
  }
}

/* True when there is nothing left to do. */
static bool delivered(struct supervision *s) {
  struct step *step = s->step;
  if (s->phase != DELIVERING) {
    return false;
  }
  drain_pipes(step);
  if (s->control.fd >= 0) {
    if (step->outcome == OUTCOME_COMPLETED) {
      control_report(&s->control, step);
    }
    if (!control_flush(&s->control)) {
      control_close(&s->control);
      return false;
    }
    if (!output_left(step) && s->control.fd >= 0 && !s->control.ended_sent) {
      control_send_ended(&s->control, step);
      if (!control_flush(&s->control)) {
        control_close(&s->control);
      }
    }
    return s->control.ended_sent && s->control.out.length == 0;
  }
  if (!output_left(step)) {
    return true;
  }
  if (s->leave_at == 0) {
    s->leave_at = monotonic_ms() + LINGER_MS;
  }
  return monotonic_ms() >= s->leave_at;
}

static void add_poll(struct supervision *s, nfds_t *count, int fd, short events) {
  if (*count == s->poll_capacity) {
    size_t capacity = s->poll_capacity == 0 ? 16 : s->poll_capacity * 2;
    struct pollfd *polls = checked_alloc(capacity * sizeof(struct pollfd));
    if (*count > 0) {
      memcpy(polls, s->polls, *count * sizeof(struct pollfd));
    }
    free(s->polls);
    s->polls = polls;
    s->poll_capacity = capacity;
  }
  s->polls[*count] = (struct pollfd){.fd = fd, .events = events};
  (*count)++;
}

/* Whether there is output that the agent could be sent. */
static bool output_waits(const struct supervision *s) {
  const struct step *step = s->step;
  if (step->outcome != OUTCOME_COMPLETED || s->phase == STARTING) {
    return false;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    if (task->out[0].buffer.length > 0 || task->out[1].buffer.length > 0) {
      return true;
    }
  }
  return false;
}

enum { POLLS_PER_TASK = 4 };

static nfds_t collect_polls(struct supervision *s) {
  struct step *step = s->step;
  nfds_t count = 0;
  /* Also while only a task's buffer is full: it can have been too full to fit what was just sent. */
  bool writing = s->control.out.length > 0 || output_waits(s);
  add_poll(s, &count, s->signal_fd, POLLIN);
  add_poll(s, &count, step->listen_fd, POLLIN);
  add_poll(s, &count, s->phase == STARTING ? step->report_in : -1, POLLIN);
  add_poll(s, &count, s->control.fd, (short)(POLLIN | (writing ? POLLOUT : 0)));
  add_poll(s, &count, pmix_fd(step), pmix_events(step));
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    for (int which = 0; which < 2; which++) {
      const struct stream *stream = &task->out[which];
      bool room = stream->buffer.length < STREAM_BUFFER_BYTES;
      /* Negative descriptors keep the order of entries and are skipped by the kernel. */
      add_poll(s, &count, room ? stream->fd : -1, POLLIN);
    }
    bool waiting = task->stdin_buffer.length > 0;
    bool terminal = step->order.pty && i == 0;
    add_poll(s, &count, terminal && !waiting ? -1 : task->stdin_fd,
             (short)(waiting ? POLLOUT : 0));
    add_poll(s, &count, pmi_fd(step, task), pmi_events(task));
  }
  return count;
}

static int poll_timeout(const struct supervision *s) {
  int64_t at = 0;
  const int64_t times[] = {s->children_gone ? 0 : s->kill_at, s->result_at,
                           s->control.fd < 0 ? s->leave_at : 0, pmi_patience_ends(s->step)};
  for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
    if (times[i] != 0 && (at == 0 || times[i] < at)) {
      at = times[i];
    }
  }
  if (at == 0) {
    return -1;
  }
  int64_t wait = at - monotonic_ms();
  return wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait;
}

static void serve_agent(struct supervision *s, const struct pollfd *poll) {
  bool kill_requested = false;
  bool alive = true;
  if ((poll->revents & POLLIN) != 0) {
    alive = control_read(&s->control, s->step, &kill_requested);
  } else if ((poll->revents & (POLLHUP | POLLERR)) != 0) {
    alive = false;
  }
  if (!alive) {
    control_close(&s->control);
  }
  if (kill_requested) {
    start_killing(s);
  }
}

static void serve_tasks(struct supervision *s, const struct pollfd *polls) {
  struct step *step = s->step;
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *task = &step->order.tasks[i];
    const struct pollfd *own = &polls[POLLS_PER_TASK * i];
    for (int which = 0; which < 2; which++) {
      if (own[which].revents != 0) {
        task_read_output(task, which);
      }
    }
    if ((own[2].revents & POLLERR) != 0 && task->stdin_fd >= 0) {
      close(task->stdin_fd); /* nobody will read it any more */
      task->stdin_fd = -1;
    }
    if (own[2].revents != 0) {
      task_write_input(task);
    }
    if (own[3].revents != 0) {
      pmi_serve(step, task);
    }
  }
}

static void serve(struct supervision *s) {
  nfds_t count = collect_polls(s);
  if (poll(s->polls, count, poll_timeout(s)) <= 0) {
    return;
  }
  serve_tasks(s, s->polls + 5);
  if (s->polls[4].revents != 0) {
    pmix_serve(s->step);
  }
  if (s->polls[3].revents != 0 && s->control.fd >= 0) {
    serve_agent(s, &s->polls[3]);
  }
  if (s->polls[1].revents != 0) {
    control_accept(&s->control, s->step);
  }
  if (s->polls[2].revents != 0 && s->phase == STARTING) {
    hear_tasks(s);
  }
  if (s->polls[0].revents != 0) {
    struct signalfd_siginfo info;
    while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
    }
    reap(s);
  }
}

static bool prepare_process(struct supervision *s) {
  sigset_t signals;
  /* Nothing but SIGKILL ends a supervisor before its step. */
  static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2,
                                SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
    signal(ignored[i], SIG_IGN);
  }
  signal(SIGCHLD, SIG_DFL);
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_SETMASK, &signals, NULL);
  s->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  return s->signal_fd >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

int supervise(struct step *step) {
  struct supervision s = {.step = step, .control = {.fd = -1}};
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *task = &step->order.tasks[i];
    task->stdin_fd = -1;
    task->out[0].fd = -1;
    task->out[1].fd = -1;
  }
  step->supervisor = getpid();
  if (prepare_process(&s)) {
    start_tasks(&s);
  } else {
    set_reason(step, "can't prepare the supervisor: %s", strerror(errno));
    fail_start(&s);
  }
  reap(&s);
  for (;;) {
    pmi_confirm_suspicion(step);
    if (pmi_failed(step)) {
      start_killing(&s);
    }
    advance(&s);
    if (delivered(&s)) {
      break;
    }
    if (s.phase == RUNNING || s.phase == CLEARING) {
      if (s.control.fd >= 0 && step->outcome == OUTCOME_COMPLETED) {
        control_report(&s.control, step);
      }
      if (!control_flush(&s.control)) {
        control_close(&s.control);
      }
    }
    serve(&s);
  }
  unlinkat(step->dir_fd, "ctl", 0);
  control_close(&s.control);
  return 0;
}
