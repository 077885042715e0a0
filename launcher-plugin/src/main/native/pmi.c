/* The tasks' sockets, fences, and what ends a step of tasks that depend on each other. */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEAST_FD 10 /* scripts use smaller ones for themselves */
#define MAX_ABORT_TEXT 256
#define PMI_VARIABLES 4
#define LAST_READS 16 /* of a task that has ended; what it left behind may go on writing */

void pmi_prepare(struct step *step) {
  const struct world *world = &step->order.world;
  if (world->size == 0) {
    return;
  }
  step->pmi = checked_alloc(sizeof(struct pmi));
  if (world->mapping[0] != 0) {
    store_put(&step->pmi->pairs, "PMI_process_mapping", world->mapping);
  }
}

bool pmi_open_task(struct step *step, struct task *task) {
  int ends[2];
  if (step->pmi == NULL) {
    return true;
  }
  task->pmi = checked_alloc(sizeof(struct pmi_session));
  *task->pmi = (struct pmi_session){.fd = -1, .child_fd = -1, .version = 1};
  if (step->pmix != NULL) {
    return true;
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return false;
  }
  task->pmi->fd = ends[0];
  task->pmi->child_fd = fcntl(ends[1], F_DUPFD_CLOEXEC, LEAST_FD);
  close(ends[1]);
  return task->pmi->child_fd >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

void pmi_forked(struct task *task) {
  if (task->pmi != NULL && task->pmi->child_fd >= 0) {
    close(task->pmi->child_fd);
    task->pmi->child_fd = -1;
  }
}

uint32_t pmi_rank(const struct step *step, const struct task *task) {
  return step->order.world.first + task->global_rank;
}

size_t pmi_variable_count(const struct step *step, const struct task *task) {
  const struct strings *variables = pmix_variables(step, task);
  return variables == NULL ? PMI_VARIABLES : variables->count;
}

size_t pmi_variables(const struct step *step, const struct task *task, char **env) {
  const struct strings *variables = pmix_variables(step, task);
  if (variables != NULL) {
    for (uint32_t i = 0; i < variables->count; i++) {
      env[i] = variables->items[i];
    }
    return variables->count;
  }
  if (task->pmi == NULL) {
    return 0;
  }
  env[0] = format_string("PMI_FD=%d", task->pmi->child_fd);
  env[1] = format_string("PMI_RANK=%u", pmi_rank(step, task));
  env[2] = format_string("PMI_SIZE=%u", step->order.world.size);
  env[3] = format_string("PMI_JOBID=%s", step->order.world.name);
  return PMI_VARIABLES;
}

void pmi_hand_over(const struct task *task) {
  if (task->pmi != NULL && task->pmi->child_fd >= 0) {
    fcntl(task->pmi->child_fd, F_SETFD, 0);
  }
}

int pmi_fd(const struct step *step, const struct task *task) {
  return task->pmi == NULL || step->pmi->failed ? -1 : task->pmi->fd;
}

/* Who doesn't read the answers is not listened to. */
short pmi_events(const struct task *task) {
  return task->pmi != NULL && task->pmi->out.length > 0 ? POLLOUT : POLLIN;
}

bool pmi_failed(const struct step *step) { return step->pmi != NULL && step->pmi->failed; }

void pmi_fail(struct step *step, const char *format, ...) {
  struct pmi *pmi = step->pmi;
  if (pmi == NULL || pmi->failed) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(pmi->failure, sizeof(pmi->failure), format, arguments);
  va_end(arguments);
  for (char *at = pmi->failure; *at != 0; at++) {
    if ((unsigned char)*at < ' ') {
      *at = ' ';
    }
  }
  pmi->failed = true;
  char *text = format_string("slurmstepd: error: mpi/%s: %s\n",
                             step->pmix == NULL ? "pmi2" : "pmix", pmi->failure);
  task_tell(step, text, strlen(text));
  free(text);
}

void pmi_fail_unless_ending(struct step *step, const char *format, ...) {
  char text[sizeof(step->pmi->suspicion)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (step->pmi == NULL || monotonic_ms() >= step->patience_until) {
    pmi_fail(step, "%s", text);
  } else if (step->pmi->suspicion[0] == 0) {
    memcpy(step->pmi->suspicion, text, sizeof(text));
  }
}

int64_t pmi_patience_ends(const struct step *step) {
  bool suspected = step->pmi != NULL && !step->pmi->failed && step->pmi->suspicion[0] != 0;
  return suspected ? step->patience_until : 0;
}

void pmi_confirm_suspicion(struct step *step) {
  int64_t at = pmi_patience_ends(step);
  if (at == 0 || monotonic_ms() < at) {
    return;
  }
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (!step->order.tasks[i].exited) {
      pmi_fail(step, "%s", step->pmi->suspicion);
      return;
    }
  }
  step->pmi->suspicion[0] = 0; /* all have ended */
}

const char *pmi_field(const struct pmi_request *request, const char *name) {
  for (int i = 0; i < request->count; i++) {
    if (strcmp(request->fields[i].name, name) == 0) {
      return request->fields[i].value;
    }
  }
  return NULL;
}

const char *pmi_put(struct step *step, const char *key, const char *value) {
  struct pmi *pmi = step->pmi;
  if (key == NULL || value == NULL) {
    return "no_key_or_value";
  }
  if (key[0] == 0 || strlen(key) >= PMI_MAX_KEY) {
    return "key_empty_or_too_long";
  }
  if (strlen(value) >= PMI_MAX_VALUE) {
    return "value_too_long";
  }
  if (!pairs_add(&pmi->fresh, key, value)) {
    pmi_fail(step, "the tasks here put more than %u bytes of keys and values before a barrier",
             PMI_MAX_SHARE_BYTES);
    return "too_much";
  }
  if (!store_put(&pmi->pairs, key, value)) {
    pmi_fail(step, "the tasks have put more than %u bytes of keys and values", PMI_MAX_STORE_BYTES);
    return "too_much";
  }
  return NULL;
}

static void flush(struct pmi_session *session) {
  while (session->fd >= 0 && session->out.length > 0) {
    ssize_t length = send(session->fd, session->out.data + session->out.start, session->out.length,
                          MSG_NOSIGNAL);
    if (length > 0) {
      buffer_consume(&session->out, (size_t)length);
    } else if (length < 0 && errno == EAGAIN) {
      return;
    } else if (length < 0 && errno != EINTR) {
      buffer_consume(&session->out, session->out.length);
    }
  }
}

/* Who waits for somebody who has ended waits for ever. */
static void check_fence(struct step *step) {
  const struct task *waiting = NULL;
  const struct task *gone = NULL;
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    if (task->exited && (step->pmix == NULL || !task->pmi->active)) {
      gone = task; /* the PMIx server knows of those that haven't finalized: see check_end */
    } else if (task->pmi != NULL && task->pmi->in_fence) {
      waiting = task;
    }
  }
  if (waiting != NULL && gone != NULL) {
    pmi_fail_unless_ending(step, "task %u waits in a barrier for task %u, which has ended",
                           pmi_rank(step, waiting), pmi_rank(step, gone));
  }
}

/* Answers are sent when the tasks' sockets are looked at next, and what a task has asked meanwhile
 * is taken then, too. */
static void end_fence(struct step *step) {
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    struct task *task = &step->order.tasks[i];
    if (task->pmi->in_fence) {
      task->pmi->in_fence = false;
      if (step->pmix != NULL) {
        continue;
      }
      if (task->pmi->version == 1) {
        pmi1_fence_over(task);
      } else {
        pmi2_fence_over(task);
      }
    }
  }
  step->pmi->round++;
}

/* What was put since the last fence is what this node brings to the one that comes. */
static void share_fresh(struct pmi *pmi) {
  buffer_consume(&pmi->shares[0].pairs, pmi->shares[0].pairs.length);
  pmi->shares[0] = pmi->shares[1];
  pmi->shares[1] = (struct pmi_share){.round = pmi->round + 1, .pairs = pmi->fresh};
  memset(&pmi->fresh, 0, sizeof(pmi->fresh));
}

void pmi_enter_fence(struct step *step, struct task *task) {
  struct pmi *pmi = step->pmi;
  if (task->pmi->in_fence) {
    pmi_fail(step, "task %u comes to a barrier in which it waits already", pmi_rank(step, task));
    return;
  }
  task->pmi->in_fence = true;
  check_fence(step);
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (!step->order.tasks[i].pmi->in_fence) {
      return;
    }
  }
  if (step->order.world.nodes <= 1) {
    buffer_consume(&pmi->fresh, pmi->fresh.length);
    end_fence(step);
    return;
  }
  share_fresh(pmi);
}

void pmi_bring(struct step *step, const char *bytes, size_t length) {
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    step->order.tasks[i].pmi->in_fence = true;
  }
  check_fence(step);
  if (step->order.world.nodes <= 1) {
    end_fence(step);
    pmix_fenced(step, bytes, length);
  } else if (length > PMI_MAX_SHARE_BYTES || !buffer_append(&step->pmi->fresh, bytes, length)) {
    pmi_fail(step, "the tasks here bring more than %u bytes to a barrier", PMI_MAX_SHARE_BYTES);
  } else {
    share_fresh(step->pmi);
  }
}

void pmi_fenced(struct step *step, uint32_t round, const char *bytes, size_t length) {
  struct pmi *pmi = step->pmi;
  if (pmi == NULL || pmi->failed || pmi->shares[1].round != round || round != pmi->round + 1) {
    return; /* said again, after a break of the way here */
  }
  if (step->pmix != NULL) {
    end_fence(step);
    pmix_fenced(step, bytes, length);
    return;
  }
  if (!pairs_merge(&pmi->pairs, bytes, length)) {
    pmi_fail(step, "what the other nodes put can't be kept: it is malformed, or more than %u bytes",
             PMI_MAX_STORE_BYTES);
    return;
  }
  end_fence(step);
}

void pmi_abort(struct step *step, struct task *task, const char *code, const char *message) {
  struct pmi_session *session = task->pmi;
  int number = code == NULL ? 1 : atoi(code) & 0xff;
  session->aborted = true;
  session->abort_code = number == 0 ? 1 : number;
  pmi_fail(step, "task %u aborts the step with exit code %d%s%.*s", pmi_rank(step, task),
           session->abort_code, message == NULL ? "" : ": ", MAX_ABORT_TEXT,
           message == NULL ? "" : message);
}

static bool take_request(struct step *step, struct task *task, size_t length) {
  struct pmi_session *session = task->pmi;
  char *text = checked_alloc(length + 1);
  memcpy(text, session->in.data + session->in.start, length);
  buffer_consume(&session->in, length);
  bool good = memchr(text, 0, length) == NULL
      && (session->version == 1 ? pmi1_take(step, task, text) : pmi2_take(step, task, text));
  free(text);
  return good;
}

static void take_requests(struct step *step, struct task *task) {
  struct pmi_session *session = task->pmi;
  while (session->in.length > 0 && session->out.length == 0 && !step->pmi->failed) {
    const char *at = session->in.data + session->in.start;
    long whole = session->version == 1 ? pmi1_whole(at, session->in.length)
                                       : pmi2_whole(at, session->in.length);
    if (whole == 0 && session->in.length <= PMI_MAX_REQUEST) {
      return;
    }
    if (whole <= 0 || !take_request(step, task, (size_t)whole)) {
      pmi_fail(step, "task %u sends what is no request of PMI-%d", pmi_rank(step, task),
               session->version);
      return;
    }
    flush(session);
  }
}

bool pmi_serve(struct step *step, struct task *task) {
  struct pmi_session *session = task->pmi;
  char chunk[CHUNK_BYTES];
  if (session == NULL || session->fd < 0) {
    return false;
  }
  flush(session);
  take_requests(step, task);
  if (session->out.length > 0 || step->pmi->failed) {
    return false;
  }
  ssize_t length = recv(session->fd, chunk, sizeof(chunk), 0);
  if (length > 0 && buffer_append(&session->in, chunk, (size_t)length)) {
    take_requests(step, task);
    return true;
  }
  if (length >= 0 || (errno != EAGAIN && errno != EINTR)) {
    close(session->fd);
    session->fd = -1;
  }
  return false;
}

static void check_end(struct step *step, const struct task *task, int wait_status) {
  uint32_t rank = pmi_rank(step, task);
  if (wait_status == 0) {
    if (step->pmix != NULL) {
      pmi_fail_unless_ending(step, "task %u ended without having finalized", rank);
    }
    return; /* a barrier that it misses is found when somebody waits there */
  }
  if (WIFEXITED(wait_status)) {
    pmi_fail_unless_ending(step, "task %u ended with exit code %d without having finalized", rank,
                           WEXITSTATUS(wait_status));
  } else {
    pmi_fail_unless_ending(step, "task %u was ended by signal %d without having finalized", rank,
                           WTERMSIG(wait_status));
  }
}

int pmi_task_ended(struct step *step, struct task *task, int wait_status) {
  struct pmi_session *session = task->pmi;
  if (session == NULL) {
    return wait_status;
  }
  /* What it said last (abort) is still to be read. */
  pmix_serve(step);
  for (int i = 0; i < LAST_READS && pmi_serve(step, task); i++) {
  }
  if (session->active && !session->aborted) {
    check_end(step, task, wait_status);
  }
  session->in_fence = false;
  check_fence(step);
  if (step->pmix != NULL) {
    pmix_check_absent(step);
  }
  bool killed = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;
  return session->aborted && killed ? session->abort_code << 8 : wait_status;
}
