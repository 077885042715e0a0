/*
 * Ways to be started:
 *   headrace-stepd --spawner SOCKET    stay, and fork a supervisor for each order that comes
 *   headrace-stepd --run DIR ORDER     supervise one step; the order is a file, "-" for standard input
 *   headrace-stepd --recover DIR       settle a step whose supervisor died
 *   headrace-stepd --version
 */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { REQUEST_LAUNCH = 1, REQUEST_RECOVER = 2 };
enum { REPLY_READY = 1, REPLY_FAILED = 2 };

#define REQUEST_HEADER_BYTES 15 /* length 4, type 1, sequence 8, directory length 2 */

struct request {
  uint8_t type;
  uint8_t sequence[8];
  char dir[256];
  uint8_t *order;
  size_t order_bytes;
};

static void reply(int fd, const uint8_t *sequence, uint8_t kind, const char *text) {
  uint8_t message[1024];
  size_t length = strlen(text);
  if (fd < 0) {
    return;
  }
  if (length > sizeof(message) - 13) {
    length = sizeof(message) - 13;
  }
  put32(message, (uint32_t)(9 + length));
  message[4] = kind;
  memcpy(message + 5, sequence, 8);
  memcpy(message + 13, text, length);
  /* Small enough to go out whole, whoever else writes to the same socket. */
  if (send(fd, message, 13 + length, MSG_NOSIGNAL) < 0) {
    return;
  }
}

static int settle(struct step *step, char *error, size_t error_size) {
  if (spool_has(step, "result")) {
    return 0;
  }
  step->start_ms = step->end_ms = now_ms();
  if (spool_has(step, "pids")) {
    step->outcome = OUTCOME_LOST;
    set_reason(step, "the step's supervisor disappeared; its processes were killed");
    spool_kill_recorded(step);
  } else {
    step->outcome = OUTCOME_FAILED_TO_START;
    set_reason(step, "the step's supervisor disappeared before it started a task");
  }
  char *name = strrchr(step->dir, '/');
  step->script_path = format_string("%.*s/../scripts%s/slurm_script", (int)(name - step->dir),
                                    step->dir, name);
  spool_remove_script(step);
  unlinkat(step->dir_fd, "ctl", 0);
  if (!spool_write_result(step)) {
    snprintf(error, error_size, "can't write %s/result: %s", step->dir, strerror(errno));
    return 1;
  }
  return 0;
}

/* Becomes the supervisor of a step; returns its exit status. */
static int run_step(const struct request *request, int notify_fd) {
  struct step *step = checked_alloc(sizeof(struct step));
  char error[700] = "";
  step->go_fd = step->report_fd = step->report_in = step->listen_fd = step->dir_fd = -1;
  bool good = spool_lock(step, request->dir, error, sizeof(error));
  if (good && request->type == REQUEST_RECOVER) {
    good = settle(step, error, sizeof(error)) == 0;
    reply(notify_fd, request->sequence, good ? REPLY_READY : REPLY_FAILED, error);
    return good ? 0 : 1;
  }
  if (good && (spool_has(step, "pids") || spool_has(step, "result"))) {
    /* It ran before: never run a step twice. */
    good = settle(step, error, sizeof(error)) == 0;
    reply(notify_fd, request->sequence, good ? REPLY_READY : REPLY_FAILED, error);
    return 1;
  }
  good = good
      && order_parse(request->order, request->order_bytes, &step->order, error, sizeof(error))
      && spool_listen(step, error, sizeof(error));
  if (!good) {
    log_line(step, "%s", error);
    reply(notify_fd, request->sequence, REPLY_FAILED, error);
    return 1;
  }
  char *title = format_string("headrace-stepd: [%s]", strrchr(step->dir, '/') + 1);
  title_set(title);
  free(title);
  reply(notify_fd, request->sequence, REPLY_READY, "");
  if (notify_fd >= 0) {
    close(notify_fd);
  }
  return supervise(step);
}

static void detach(void) {
  setsid();
  umask(077);
  if (chdir("/") != 0) {
    _exit(1);
  }
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) {
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (fcntl(STDERR_FILENO, F_GETFD) < 0) {
      dup2(null, STDERR_FILENO);
    }
  }
  if (null > 2) {
    close(null);
  }
}

static bool read_fully(int fd, void *data, size_t length) {
  uint8_t *at = data;
  while (length > 0) {
    ssize_t count = read(fd, at, length);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return false;
    }
    if (count > 0) {
      at += count;
      length -= (size_t)count;
    }
  }
  return true;
}

/* False at the end of the connection, or when what comes can't be understood any more. */
static bool read_request(int fd, struct request *request) {
  uint8_t header[REQUEST_HEADER_BYTES];
  memset(request, 0, sizeof(*request));
  if (!read_fully(fd, header, sizeof(header))) {
    return false;
  }
  size_t length = get32(header);
  size_t dir_length = (size_t)(header[13] << 8 | header[14]);
  request->type = header[4];
  memcpy(request->sequence, header + 5, 8);
  if (length < 11 + dir_length || length > MAX_ORDER_BYTES || dir_length >= sizeof(request->dir)
      || dir_length == 0 || (request->type != REQUEST_LAUNCH && request->type != REQUEST_RECOVER)) {
    log_line(NULL, "malformed request of %zu bytes: the spawner ends", length);
    return false;
  }
  request->order_bytes = length - 11 - dir_length;
  request->order = checked_alloc(request->order_bytes);
  return read_fully(fd, request->dir, dir_length)
      && read_fully(fd, request->order, request->order_bytes);
}

static int spawner(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof(address.sun_path)) {
    log_line(NULL, "socket path %s is longer than %zu bytes", path, sizeof(address.sun_path) - 1);
    return 1;
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
    log_line(NULL, "can't connect to the node agent at %s: %s", path, strerror(errno));
    return 1;
  }
  detach();
  signal(SIGCHLD, SIG_IGN); /* supervisors report over their own sockets */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  struct request request;
  while (read_request(fd, &request)) {
    pid_t pid = fork();
    if (pid == 0) {
      detach();
      _exit(run_step(&request, fd));
    }
    if (pid < 0) {
      char *text = format_string("can't fork a supervisor: %s", strerror(errno));
      reply(fd, request.sequence, REPLY_FAILED, text);
      free(text);
    }
    free(request.order);
  }
  return 0;
}

static bool read_order(const char *path, struct request *request) {
  int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  size_t capacity = 0;
  ssize_t count = fd < 0 ? -1 : 1;
  while (count > 0) {
    if (request->order_bytes == capacity) {
      capacity = capacity == 0 ? 65536 : capacity * 2;
      uint8_t *grown = capacity > 2 * MAX_ORDER_BYTES ? NULL : realloc(request->order, capacity);
      if (grown == NULL) {
        log_line(NULL, "order %s is larger than %u bytes", path, MAX_ORDER_BYTES);
        return false;
      }
      request->order = grown;
    }
    count = read(fd, request->order + request->order_bytes, capacity - request->order_bytes);
    request->order_bytes += count > 0 ? (size_t)count : 0;
  }
  if (count < 0) {
    log_line(NULL, "can't read order %s: %s", path, strerror(errno));
  }
  return count == 0;
}

static int usage(void) {
  fputs("usage: headrace-stepd --spawner SOCKET | --run DIR ORDERFILE | --recover DIR |"
        " --version\n"
        "Supervises the processes of one step; started by the node agent.\n",
        stderr);
  return 2;
}

int main(int argc, char **argv) {
  struct request request = {.type = REQUEST_LAUNCH};
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    puts("headrace-stepd " STEPD_VERSION);
    return 0;
  }
  if (argc == 3 && strcmp(argv[1], "--spawner") == 0) {
    char *path = format_string("%s", argv[2]);
    title_init(argc, argv);
    return spawner(path);
  }
  bool recover = argc == 3 && strcmp(argv[1], "--recover") == 0;
  if (!recover && !(argc == 4 && strcmp(argv[1], "--run") == 0)) {
    return usage();
  }
  if (strlen(argv[2]) >= sizeof(request.dir) || argv[2][0] != '/') {
    log_line(NULL, "the spool directory must be an absolute path of at most 255 bytes");
    return 2;
  }
  strcpy(request.dir, argv[2]);
  request.type = recover ? REQUEST_RECOVER : REQUEST_LAUNCH;
  if (!recover && !read_order(argv[3], &request)) {
    return 1;
  }
  title_init(argc, argv);
  detach();
  return run_step(&request, -1);
}
