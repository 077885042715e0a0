/*
 * The one program behind sbatch, squeue and the others: it tells the controller on this machine who
 * asks for what, and prints what comes back. The work is done there. See ../../../PROTOCOL.md.
 */
#include "rest.h"
#include "x11.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_MILLIS = 100, SILENT_SECONDS = 10, HOLD_MILLIS = 200, HOLD_BYTES = 4 << 20 };

const char *program = "headrace-client";
int patience = -1;
void (*on_failure)(void);
static uint32_t credit;                 /* bytes of standard input that we may send */
static bool input_open = true;
static bool end_owed;                   /* of input, to a controller that has come back */
static char **asked;                    /* our arguments */
static char *resume_token;              /* what to say when the controller has come back, or NULL */
static size_t let_go;                   /* bytes of frames that needn't be held any longer */
static int64_t hold_until;              /* when those that are held have been long enough; 0: none */
static struct { int fd; const unsigned char *at; size_t left; } output; /* STDOUT/STDERR under way */

_Noreturn void leave(int code) {
  set_raw(false);
  _exit(code);
}

int64_t millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

_Noreturn void fail(const char *format, ...) {
  char text[2 * PATH_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  set_raw(false);
  dprintf(2, "%s: error: %s\n", program, text);
  if (on_failure) on_failure();
  leave(1);
}

void *need(void *memory) {
  if (!memory) fail("out of memory");
  return memory;
}

/* ---- answering the server ---- */

static void send_file(uint32_t id, uint64_t limit, const char *path) {
  static char chunk[CHUNK];
  struct buffer head = {0};
  put_number(&head, id, 4);
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : 0;
  int error = fd < 0 ? errno : 0;
  uint64_t total = 0;
  while (!error) {
    ssize_t n = read(fd, chunk, sizeof chunk);
    if (n > 0 && (total += (uint64_t) n) <= limit) {
      send_frame(FILE_DATA, head.data, head.size, chunk, (size_t) n);
    } else if (n == 0) {
      break;
    } else if (n > 0) {
      error = EFBIG;
    } else if (errno == EAGAIN) {
      struct pollfd ready = {.fd = fd, .events = POLLIN};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (fd > 0) close(fd);
  if (error) {
    put_number(&head, (uint64_t) error, 4);
    put_string(&head, strerror(error));
  }
  send_frame(error ? FILE_ERROR : FILE_END, head.data, head.size, NULL, 0);
  free(head.data);
}

/* At most so many bytes from there on, and what the file is like. */
static void send_part(uint32_t id, uint64_t from, uint64_t limit, const char *path) {
  static char chunk[CHUNK];
  struct buffer head = {0};
  struct stat facts;
  put_number(&head, id, 4);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int error = fd < 0 || fstat(fd, &facts) < 0 ? errno : S_ISREG(facts.st_mode) ? 0 : EINVAL;
  while (!error && limit > 0) {
    ssize_t n = pread(fd, chunk, limit < sizeof chunk ? limit : sizeof chunk, (off_t) from);
    if (n < 0 && errno != EINTR) error = errno;
    if (n == 0) break;
    if (n < 0) continue;
    send_frame(FILE_DATA, head.data, head.size, chunk, (size_t) n);
    from += (uint64_t) n;
    limit -= (uint64_t) n;
  }
  if (fd >= 0) close(fd);
  if (error) {
    put_number(&head, (uint64_t) error, 4);
    put_string(&head, error == EINVAL ? "Not a regular file" : strerror(error));
  } else {
    put_number(&head, facts.st_mode & 07777, 4);
    put_number(&head, (uint64_t) facts.st_size, 8);
    put_number(&head, (uint64_t) facts.st_mtime, 8);
    put_number(&head, (uint64_t) facts.st_atime, 8);
  }
  send_frame(error ? FILE_ERROR : FILE_END, head.data, head.size, NULL, 0);
  free(head.data);
}

static void send_input(void) {
  static char chunk[CHUNK];
  ssize_t n = read(0, chunk, credit < sizeof chunk ? credit : sizeof chunk);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n > 0) {
    credit -= (uint32_t) n;
    send_frame(STDIN_DATA, NULL, 0, chunk, (size_t) n);
  } else {
    input_open = false;
    send_frame(STDIN_END, NULL, 0, NULL, 0);
  }
}

/* Writes what fits; all of it if nothing else could want attention meanwhile. */
static void write_output(void) {
  bool alone = signals < 0 && !credit;
  while (output.left > 0) {
    size_t n = alone || output.left < PIPE_BUF ? output.left : PIPE_BUF;
    ssize_t written = write(output.fd, output.at, n);
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        struct pollfd ready = {.fd = output.fd, .events = POLLOUT};
        if (!alone) return;
        if (!poll(&ready, 1, patience)) leave(1);
        continue;
      }
      if (output.fd == 1 && errno == EPIPE) { /* end as a program does whose reader has gone */
        die_of_pipe();
      }
      if (output.fd == 1) fail("can't write to standard output: %s", strerror(errno));
      written = (ssize_t) output.left; /* standard error is gone: nobody to tell */
    }
    output.at += written;
    output.left -= (size_t) written;
    if (!alone) return;
  }
}

static void keep_token(char *token) {
  free(resume_token);
  resume_token = *token ? token : NULL;
  if (!resume_token) free(token);
}

static void handle(int type, struct reader r) {
  uint32_t id;
  switch (type) {
    case STDOUT:
    case STDERR:
      if (type == STDOUT) on_failure = NULL;
      output.fd = type == STDOUT ? 1 : 2;
      output.at = r.at;
      output.left = (size_t) (r.end - r.at);
      if (signals < 0 && !credit) write_output();
      break;
    case EXIT: {
      int status = (int) (get_number(&r, 4) & 0xff);
      if (status && on_failure) on_failure();
      leave(status);
    }
    case READ_FILE:
    case READ_STDIN: {
      id = (uint32_t) get_number(&r, 4);
      uint64_t limit = get_number(&r, 8);
      char *path = type == READ_FILE ? get_string(&r) : NULL;
      send_file(id, limit, path);
      free(path);
      break;
    }
    case READ_PART: {
      id = (uint32_t) get_number(&r, 4);
      uint64_t from = get_number(&r, 8);
      uint64_t limit = get_number(&r, 8);
      char *path = get_string(&r);
      send_part(id, from, limit, path);
      free(path);
      break;
    }
    case STREAM_STDIN:
      credit += (uint32_t) get_number(&r, 4);
      if (end_owed) send_frame(STDIN_END, NULL, 0, NULL, 0);
      end_owed = false;
      break;
    case CATCH_SIGNALS:
      take_signals((int[]) {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT, SIGTSTP, 0});
      break;
    case WATCH_WINDOW:
      take_signals((int[]) {SIGWINCH, 0});
      break;
    case RUN_CHILD: {
      id = (uint32_t) get_number(&r, 4);
      char **arguments = get_strings(&r);
      run_child(id, arguments, get_strings(&r));
      break;
    }
    case KILL_CHILD:
      id = (uint32_t) get_number(&r, 4);
      kill_child(id, (int) get_number(&r, 1));
      break;
    case RAW_TTY:
      want_raw(get_number(&r, 1) != 0);
      break;
    case RESUMABLE:
      keep_token(get_string(&r));
      if (r.at < r.end && get_number(&r, 1)) send_frame(SAFE, NULL, 0, NULL, 0);
      break;
    case SERVER_ERROR:
      fail("%s", get_string(&r));
    default:
      fail("the controller sent message type %d, which this client does not know; install the "
           "client of the controller's version", type);
  }
}

/* ---- the loop ---- */

/* Waits until there is a controller again, and asks it to go on where the last one was. */
static void resume(void) {
  bool told = false;
  int64_t since = millis();
  close(server);
  credit = let_go = 0;
  hold_until = 0;
  end_owed = !input_open;
  offer_child();
  set_raw(false);
  while (try_to_connect()) {
    struct pollfd ready = {.fd = signals, .events = POLLIN};
    if (poll(&ready, 1, RETRY_MILLIS) > 0) signal_alone();
    if (!told && millis() - since >= SILENT_SECONDS * 1000) {
      told = true;
      dprintf(2, "%s: the slurm controller is away, waiting for it\n", program);
    }
  }
  send_hello(asked, resume_token);
}

static void read_server(struct buffer *in, size_t *start) {
  if (*start > 0) {
    memmove(in->data, in->data + *start, in->size - *start);
    in->size -= *start;
    *start = 0;
  }
  if (in->room - in->size < CHUNK) {
    in->room = in->size + 2 * CHUNK;
    in->data = need(realloc(in->data, in->room));
  }
  ssize_t n = recv(server, in->data + in->size, in->room - in->size, 0);
  if (n > 0) {
    in->size += (size_t) n;
  } else if (n < 0 && errno == EINTR) {
    return;
  } else if (resume_token) {
    in->size = 0; /* half a frame, and output that was held, which is sent again */
    resume();
  } else {
    fail("lost the connection to the slurm controller%s%s", n ? ": " : "", n ? strerror(errno) : "");
  }
}

/* Bytes of the output before something else that has come behind it: most likely how far we are with
 * it. 0: nothing has. */
static size_t followed(const struct buffer *in, size_t start) {
  size_t at = start;
  while (in->size - at >= 5) {
    struct reader r = {(unsigned char *) in->data + at, (unsigned char *) in->data + in->size};
    size_t length = get_number(&r, 4);
    int type = (int) get_number(&r, 1);
    if ((size_t) (r.end - r.at) < length) return 0;
    if (type != STDOUT && type != STDERR) return at - start;
    at += 5 + length;
  }
  return 0;
}

/* Output is kept until we know how far we are with it: another controller sends again what comes
 * after that. Not for long, as it may be a word that stands alone. In how many milliseconds it is to
 * be written, or 0. */
static int holding(const struct buffer *in, size_t start, int type, size_t length) {
  bool kept = resume_token && (type == STDOUT || type == STDERR);
  if (kept && !let_go) let_go = followed(in, start);
  if (let_go || !kept || in->size - start >= HOLD_BYTES) {
    let_go -= let_go < 5 + length ? let_go : 5 + length;
    hold_until = 0;
    return 0;
  }
  int64_t now = millis();
  if (!hold_until) hold_until = now + HOLD_MILLIS;
  if (now < hold_until) return (int) (hold_until - now);
  hold_until = 0;
  let_go = in->size - start - 5 - length;
  return 0;
}

static void serve(void) {
  struct buffer in = {0};
  size_t start = 0;
  for (;;) {
    int hold = 0;
    while (!output.left && in.size - start >= 5) {
      struct reader r = {(unsigned char *) in.data + start, (unsigned char *) in.data + in.size};
      size_t length = get_number(&r, 4);
      int type = (int) get_number(&r, 1);
      if (length > MAX_FRAME) fail("the controller sent a message of %zu bytes", length);
      if ((size_t) (r.end - r.at) < length) break;
      hold = holding(&in, start, type, length);
      if (hold) break;
      r.end = r.at + length;
      start += 5 + length;
      handle(type, r);
    }
    bool streaming = credit > 0 && input_open;
    if (!output.left && !hold && signals < 0 && !streaming) {
      read_server(&in, &start);
      continue;
    }
    struct pollfd ready[] = {
      {.fd = output.left ? -1 : server, .events = POLLIN},
      {.fd = signals, .events = POLLIN},
      {.fd = streaming ? 0 : -1, .events = POLLIN},
      {.fd = output.left ? output.fd : -1, .events = POLLOUT},
    };
    int came = poll(ready, 4, output.left ? patience : hold ? hold : -1);
    if (came < 0) {
      if (errno == EINTR) continue;
      fail("poll: %s", strerror(errno));
    }
    if (!came && output.left) leave(1);
    if (ready[3].revents) write_output();
    if (ready[1].revents) receive_signal();
    if (ready[2].revents) send_input();
    if (ready[0].revents) read_server(&in, &start);
  }
}

int main(int argc, char **argv) {
  for (int fd = 0; fd < 3; fd++) { /* so that the connection can't become standard output */
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_WRONLY : O_RDONLY) != fd) return 1;
  }
  char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;
  name = name ? name + 1 : argc > 0 ? argv[0] : "";
  char **arguments = argv + (argc > 0);
  /* "exe": as a client calls itself, /proc/self/exe */
  if (!strcmp(name, "headrace-client") || !strcmp(name, "exe") || !*name) {
    if (argc < 2) {
      dprintf(2, "usage: headrace-client COMMAND [ARGUMENT]...\n"
                 "or by a link named after the command, such as squeue -> headrace-client\n");
      return 1;
    }
    name = *arguments++;
    if (!strcmp(name, "--ready")) become_ready(arguments);
    if (!strncmp(name, "--x11-", 6)) x11_main(arguments - 1);
    if (!strcmp(name, "--rest")) {
      arguments = rest_main(arguments);
      name = "slurmrestd";
    }
  }
  program = name;
  tell_version(arguments);
  remember_signals();
  asked = arguments;
  if (server < 0) connect_to_controller();
  send_hello(arguments, NULL);
  serve();
}
