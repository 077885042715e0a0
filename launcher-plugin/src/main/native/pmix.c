/*
 * Tasks that speak PMIx: a server of its own, headrace-pmix, hosts the library for them, as the user
 * and not as root. It lives from before the tasks to their end; see there for what is said. What
 * tasks bring to a fence goes the same ways as that of PMI.
 */
#define _GNU_SOURCE
#include "pmi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 30000
#define SERVER_NAME "headrace-pmix"

struct pmix {
  int fd; /* -1: it has gone, or isn't needed any more */
  bool ready;
  struct buffer in;
  struct buffer out;
  struct strings *variables; /* of each task */
};

/* Beside the program of the supervisor. */
static char *server_path(void) {
  char self[1024];
  ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
  if (length <= 0) {
    return NULL;
  }
  self[length] = 0;
  char *slash = strrchr(self, '/');
  return slash == NULL ? NULL : format_string("%.*s/" SERVER_NAME, (int)(slash - self), self);
}

static void run_server(const struct step *step, int fd) __attribute__((noreturn));
static void run_server(const struct step *step, int fd) {
  /* Files of shared memory would be left behind by who is killed: variables go by messages. */
  char *env[] = {"PATH=" ORDINARY_PATH, "PMIX_MCA_gds=hash", NULL};
  char error[512];
  char *path = server_path();
  close(step->dir_fd); /* the lock is the supervisor's alone */
  reset_signals();
  setsid();
  bool joined = cgroup_join(step);
  write_file("/proc/self/oom_score_adj", "0");
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (!joined || path == NULL || null < 0 || dup2(fd, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0
      || dup2(null, STDERR_FILENO) < 0 || !become_user(&step->order, error, sizeof(error))) {
    _exit(126);
  }
  execle(path, SERVER_NAME, (char *)NULL, env);
  _exit(127);
}

static void say(struct pmix *pmix, char type, const void *bytes, size_t length) {
  uint8_t header[5];
  put32(header, (uint32_t)(1 + length));
  header[4] = (uint8_t)type;
  buffer_append(&pmix->out, header, sizeof(header));
  buffer_append(&pmix->out, bytes, length);
}

static void close_server(struct pmix *pmix) {
  if (pmix->fd >= 0) {
    close(pmix->fd);
    pmix->fd = -1;
  }
}

static void lost(struct step *step) {
  close_server(step->pmix);
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (step->order.tasks[i].pid > 0 && !step->order.tasks[i].exited) {
      pmi_fail(step, "the PMIx server of node %s has gone", step->order.node_name);
      return;
    }
  }
}

static void add_variables(struct strings *strings, const char *bytes, size_t length) {
  uint32_t count = 0;
  for (size_t i = 0; i < length; i++) {
    count += bytes[i] == 0 ? 1 : 0;
  }
  strings->items = checked_alloc((count + 1) * sizeof(char *));
  for (const char *at = bytes; strings->count < count; at += strlen(at) + 1) {
    strings->items[strings->count++] = format_string("%s", at);
  }
}

static struct task *task_of(struct step *step, uint32_t rank) {
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    if (pmi_rank(step, &step->order.tasks[i]) == rank) {
      return &step->order.tasks[i];
    }
  }
  return NULL;
}

/* Who ends without having taken part in anything is missed by who waits for all. */
void pmix_check_absent(struct step *step) {
  const struct task *gone = NULL;
  const struct task *there = NULL;
  for (uint32_t i = 0; i < step->order.task_count; i++) {
    const struct task *task = &step->order.tasks[i];
    if (task->exited && !task->pmi->known) {
      gone = task;
    } else if (task->pmi->active && !task->exited) {
      there = task;
    }
  }
  if (gone != NULL && there != NULL) {
    pmi_fail_unless_ending(step, "task %u has ended without PMIx, by which task %u waits for it",
                           pmi_rank(step, gone), pmi_rank(step, there));
  }
}

/* What is said about a task. */
static void take_about(struct step *step, struct task *task, char type, const char *rest,
                       size_t length) {
  if (type == 'E') {
    add_variables(&step->pmix->variables[task - step->order.tasks], rest, length);
  } else if (type == 'C') {
    task->pmi->active = true;
    task->pmi->known = true;
    pmix_check_absent(step);
  } else if (type == 'Z') {
    task->pmi->active = false;
  } else if (type == 'A' && length >= 4) {
    char *code = format_string("%d", (int)get32((const uint8_t *)rest));
    char *text = format_string("%.*s", (int)(length - 4), rest + 4);
    pmi_abort(step, task, code, text[0] == 0 ? NULL : text);
    free(code);
    free(text);
  }
}

static void take_frame(struct step *step, char type, const char *bytes, size_t length) {
  struct pmix *pmix = step->pmix;
  if (type == 'F') {
    pmi_bring(step, bytes, length);
  } else if (type == 'L') {
    pmix->ready = true;
  } else if (type == 'X') {
    pmi_fail(step, "the PMIx server of node %s: %.*s", step->order.node_name, (int)length, bytes);
  } else if (length >= 4) {
    struct task *task = task_of(step, get32((const uint8_t *)bytes));
    if (task != NULL) {
      take_about(step, task, type, bytes + 4, length - 4);
    }
  }
}

static bool take_frames(struct step *step) {
  struct pmix *pmix = step->pmix;
  while (pmix->in.length >= 5) {
    const char *at = pmix->in.data + pmix->in.start;
    size_t size = get32((const uint8_t *)at);
    if (size < 1 || size > PMI_MAX_SHARE_BYTES + 64) {
      pmi_fail(step, "the tasks on node %s bring more than %u bytes to a barrier",
               step->order.node_name, PMI_MAX_SHARE_BYTES);
      return false;
    }
    if (pmix->in.length < 4 + size) {
      return true;
    }
    take_frame(step, at[4], at + 5, size - 1);
    buffer_consume(&pmix->in, 4 + size);
  }
  return true;
}

static bool flush(struct pmix *pmix) {
  while (pmix->fd >= 0 && pmix->out.length > 0) {
    ssize_t length = send(pmix->fd, pmix->out.data + pmix->out.start, pmix->out.length, MSG_NOSIGNAL);
    if (length > 0) {
      buffer_consume(&pmix->out, (size_t)length);
    } else if (length < 0 && errno == EAGAIN) {
      return true;
    } else if (length < 0 && errno != EINTR) {
      return false;
    }
  }
  return true;
}

int pmix_fd(const struct step *step) { return step->pmix == NULL ? -1 : step->pmix->fd; }

short pmix_events(const struct step *step) {
  return (short)(POLLIN | (step->pmix != NULL && step->pmix->out.length > 0 ? POLLOUT : 0));
}

void pmix_serve(struct step *step) {
  struct pmix *pmix = step->pmix;
  char chunk[CHUNK_BYTES];
  if (pmix == NULL || pmix->fd < 0) {
    return;
  }
  if (!flush(pmix)) {
    lost(step);
    return;
  }
  ssize_t length = recv(pmix->fd, chunk, sizeof(chunk), 0);
  if (length > 0 && buffer_append(&pmix->in, chunk, (size_t)length)) {
    if (!take_frames(step)) {
      close_server(pmix);
    }
  } else if (length >= 0 || (errno != EAGAIN && errno != EINTR)) {
    lost(step);
  }
  flush(pmix);
}

void pmix_fenced(struct step *step, const char *bytes, size_t length) {
  say(step->pmix, 'R', bytes, length);
  flush(step->pmix);
}

static bool await_ready(struct step *step) {
  struct pmix *pmix = step->pmix;
  int64_t until = monotonic_ms() + START_MS;
  while (!pmix->ready && pmix->fd >= 0 && !pmi_failed(step)) {
    int64_t left = until - monotonic_ms();
    struct pollfd poll_fd = {.fd = pmix->fd, .events = pmix_events(step)};
    if (left <= 0 || (poll(&poll_fd, 1, (int)left) < 0 && errno != EINTR)) {
      break;
    }
    if (poll_fd.revents != 0) {
      pmix_serve(step);
    }
  }
  return pmix->ready && !pmi_failed(step);
}

bool pmix_start(struct step *step) {
  const struct world *world = &step->order.world;
  int ends[2];
  if (world->size == 0 || world->placement == NULL) {
    return true;
  }
  char *path = server_path();
  bool there = path != NULL && access(path, X_OK) == 0;
  free(path);
  if (!there || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    set_reason(step, "mpi/pmix: %s is not beside headrace-stepd", SERVER_NAME);
    return false;
  }
  struct pmix *pmix = checked_alloc(sizeof(struct pmix));
  pmix->variables = checked_alloc((step->order.task_count + 1) * sizeof(struct strings));
  step->pmix = pmix;
  pid_t pid = fork();
  if (pid == 0) {
    run_server(step, ends[1]);
  }
  close(ends[1]);
  pmix->fd = ends[0];
  fcntl(pmix->fd, F_SETFL, O_NONBLOCK);
  char *text = format_string("%s\n%u\n%s", world->name, world->size, world->placement);
  say(pmix, 'W', text, strlen(text));
  free(text);
  if (pid > 0 && await_ready(step)) {
    return true;
  }
  if (pmi_failed(step)) {
    set_reason(step, "mpi/pmix: %s", step->pmi->failure);
  } else {
    set_reason(step, "mpi/pmix: the PMIx server of node %s doesn't start; headrace-pmix --version"
               " there says whether it was built with PMIx", step->order.node_name);
  }
  pmix_end(step);
  return false;
}

void pmix_end(struct step *step) {
  if (step->pmix != NULL) {
    close_server(step->pmix);
  }
}

const struct strings *pmix_variables(const struct step *step, const struct task *task) {
  return step->pmix == NULL ? NULL : &step->pmix->variables[task - step->order.tasks];
}
