/*
 * The one program behind sbatch, squeue and the others: it tells the controller on this machine who
 * asks for what, and prints what comes back. The work is done there. See ../../../PROTOCOL.md.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { PROTOCOL_VERSION = 1, CHUNK = 65536, MAX_FRAME = 8 << 20, RETRY_MILLIS = 100,
       SILENT_SECONDS = 10 };
enum {
  HELLO = 1, FILE_DATA, FILE_END, FILE_ERROR, STDIN_DATA, STDIN_END, SIGNAL, CHILD_EXIT, WINSIZE,
  STDOUT = 65, STDERR, EXIT, READ_FILE, READ_STDIN, STREAM_STDIN, CATCH_SIGNALS, RUN_CHILD,
  KILL_CHILD, RAW_TTY, SERVER_ERROR, WATCH_WINDOW, RESUMABLE
};

struct buffer { char *data; size_t size, room; };
struct reader { const unsigned char *at, *end; };

static const char *program = "headrace-client";
static int server = -1;                 /* the connection */
static int signals = -1;                /* signalfd, once signals matter */
static sigset_t taken, original_mask;   /* what the signalfd receives; the mask we were born with */
static uint32_t credit;                 /* bytes of standard input that we may send */
static bool input_open = true;
static bool end_owed;                   /* of input, to a controller that has come back */
static char **asked;                    /* our arguments */
static char *resume_token;              /* what to say when the controller has come back, or NULL */
static struct { int fd; const unsigned char *at; size_t left; } output; /* STDOUT/STDERR under way */
static pid_t child;
static uint32_t child_id;
static bool child_started;
static bool child_adoptable;            /* started for a controller that is no more */
static int child_kind, child_value;     /* how it ended */
static bool child_in_front;             /* the child has its own process group and the terminal */
static void (*on_interrupt)(int), (*on_quit)(int); /* what they did before there was a child */
static struct termios saved_terminal;
static bool terminal_saved, raw_wanted, pipe_was_ignored;

static void set_raw(bool raw) {
  if (raw && !terminal_saved) {
    if (!isatty(0) || tcgetattr(0, &saved_terminal)) return;
    terminal_saved = true;
  }
  if (!terminal_saved) return;
  struct termios mode = saved_terminal;
  if (raw) cfmakeraw(&mode);
  while (tcsetattr(0, TCSADRAIN, &mode) && errno == EINTR) { }
}

static _Noreturn void leave(int code) {
  set_raw(false);
  _exit(code);
}

static _Noreturn void fail(const char *format, ...) {
  char text[2 * PATH_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  set_raw(false);
  dprintf(2, "%s: error: %s\n", program, text);
  leave(1);
}

static void *need(void *memory) {
  if (!memory) fail("out of memory");
  return memory;
}

/* ---- encoding ---- */

static void put(struct buffer *b, const void *data, size_t n) {
  if (n > b->room - b->size) {
    size_t room = b->room ? b->room : 4096;
    while (room - b->size < n) room *= 2;
    b->data = need(realloc(b->data, room));
    b->room = room;
  }
  if (n) memcpy(b->data + b->size, data, n);
  b->size += n;
}

static void put_number(struct buffer *b, uint64_t value, int bytes) {
  unsigned char out[8];
  for (int i = 0; i < bytes; i++) out[i] = (unsigned char) (value >> (8 * (bytes - 1 - i)));
  put(b, out, (size_t) bytes);
}

static void put_string(struct buffer *b, const char *s) {
  size_t n = strlen(s);
  put_number(b, n, 4);
  put(b, s, n);
}

static uint64_t get_number(struct reader *r, int bytes) {
  if (r->end - r->at < bytes) fail("the controller sent a message that is cut off");
  uint64_t value = 0;
  while (bytes-- > 0) value = value << 8 | *r->at++;
  return value;
}

static char *get_string(struct reader *r) {
  size_t n = get_number(r, 4);
  if ((size_t) (r->end - r->at) < n) fail("the controller sent a message that is cut off");
  char *s = need(malloc(n + 1));
  memcpy(s, r->at, n);
  s[n] = 0;
  r->at += n;
  return s;
}

static char **get_strings(struct reader *r) {
  size_t n = get_number(r, 4);
  if (n > MAX_FRAME / 4) fail("the controller sent a list of %zu strings", n);
  char **list = need(calloc(n + 1, sizeof *list));
  for (size_t i = 0; i < n; i++) list[i] = get_string(r);
  return list;
}

/* ---- sending ---- */

static void send_all(const void *data, size_t n) {
  const char *at = data;
  while (n > 0) {
    ssize_t sent = send(server, at, n, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return; /* what the server said before it went is still to be read; the reader reports */
    }
    at += sent;
    n -= (size_t) sent;
  }
}

static void send_frame(int type, const void *head, size_t head_size, const void *data, size_t n) {
  static struct buffer frame;
  frame.size = 0;
  put_number(&frame, head_size + n, 4);
  put_number(&frame, (uint64_t) type, 1);
  put(&frame, head, head_size);
  put(&frame, data, n);
  send_all(frame.data, frame.size);
}

static void window_size(uint16_t size[2]) {
  struct winsize w;
  size[0] = size[1] = 0;
  for (int fd = 2; fd >= 0; fd--) {
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &w) == 0) {
      size[0] = w.ws_col;
      size[1] = w.ws_row;
      return;
    }
  }
}

static const struct { const char *name; int id; } limit_names[] = {
  {"CPU", RLIMIT_CPU}, {"FSIZE", RLIMIT_FSIZE}, {"DATA", RLIMIT_DATA}, {"STACK", RLIMIT_STACK},
  {"CORE", RLIMIT_CORE}, {"RSS", RLIMIT_RSS}, {"NPROC", RLIMIT_NPROC}, {"NOFILE", RLIMIT_NOFILE},
  {"MEMLOCK", RLIMIT_MEMLOCK}, {"AS", RLIMIT_AS}, {"LOCKS", RLIMIT_LOCKS},
  {"SIGPENDING", RLIMIT_SIGPENDING}, {"MSGQUEUE", RLIMIT_MSGQUEUE}, {"NICE", RLIMIT_NICE},
  {"RTPRIO", RLIMIT_RTPRIO}, {"RTTIME", RLIMIT_RTTIME},
};

static void send_hello(char **arguments, const char *token) {
  struct buffer b = {0};
  put_number(&b, 0, 4); /* the length, filled in below */
  put_number(&b, HELLO, 1);
  put_number(&b, PROTOCOL_VERSION, 1);
  put_string(&b, program);
  size_t count = 0;
  while (arguments[count]) count++;
  put_number(&b, count, 4);
  for (size_t i = 0; i < count; i++) put_string(&b, arguments[i]);
  char *directory = getcwd(NULL, 0);
  put_string(&b, directory && directory[0] == '/' ? directory : "/");
  free(directory);
  for (count = 0; environ[count]; count++) { }
  put_number(&b, count, 4);
  for (size_t i = 0; i < count; i++) put_string(&b, environ[i]);
  mode_t mask = umask(0);
  umask(mask);
  put_number(&b, mask, 4);
  size_t limits = sizeof limit_names / sizeof *limit_names;
  put_number(&b, limits, 4);
  for (size_t i = 0; i < limits; i++) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(limit_names[i].id, &limit);
    put_string(&b, limit_names[i].name);
    put_number(&b, limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur, 8);
    put_number(&b, limit.rlim_max == RLIM_INFINITY ? UINT64_MAX : limit.rlim_max, 8);
  }
  put_number(&b, (uint64_t) (isatty(0) | isatty(1) << 1 | isatty(2) << 2), 1);
  uint16_t size[2];
  window_size(size);
  put_number(&b, size[0], 2);
  put_number(&b, size[1], 2);
  put_number(&b, (uint64_t) getpid(), 4);
  put_number(&b, (uint64_t) getsid(0), 4);
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, sizeof host - 1);
  put_string(&b, host);
  put_string(&b, token ? token : "");
  if (b.size - 5 > MAX_FRAME) {
    fail("arguments and environment have %zu bytes, the limit is %d", b.size - 5, MAX_FRAME);
  }
  for (int i = 0; i < 4; i++) b.data[i] = (char) ((b.size - 5) >> (24 - 8 * i));
  send_all(b.data, b.size);
  free(b.data);
}

/* ---- connecting ---- */

/* The value of a key in slurm.conf (Include is not followed), or NULL; the last one counts. */
static char *configured(const char *key) {
  const char *path = getenv("SLURM_CONF");
  FILE *file = fopen(path && *path ? path : "/etc/slurm/slurm.conf", "re");
  char *line = NULL, *value = NULL;
  size_t room = 0, length = strlen(key);
  while (file && getline(&line, &room, file) > 0) {
    char *at = line + strspn(line, " \t");
    if (strncasecmp(at, key, length)) continue;
    at += length + strspn(at + length, " \t");
    if (*at++ != '=') continue;
    at += strspn(at, " \t\"");
    at[strcspn(at, " \t\"#\r\n")] = 0;
    free(value);
    value = need(strdup(at));
  }
  free(line);
  if (file) fclose(file);
  return value;
}

/* The controller may read our files and start programs for us, so it must be one that may anyway:
   root, ourselves, or the SlurmUser of the configuration. */
static void check_server(const char *path) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(server, SOL_SOCKET, SO_PEERCRED, &peer, &size)) {
    fail("can't tell who listens at %s: %s", path, strerror(errno));
  }
  if (peer.uid == 0 || peer.uid == geteuid()) return;
  char *user = configured("SlurmUser"), *end = NULL;
  if (user && *user) {
    struct passwd *entry = getpwnam(user);
    if (entry ? entry->pw_uid == peer.uid : strtoul(user, &end, 10) == peer.uid && !*end) {
      free(user);
      return;
    }
  }
  fail("the program at %s runs as uid %u, which is neither root, nor SlurmUser, nor you; set "
       "HEADRACE_SOCKET to talk to it all the same", path, (unsigned) peer.uid);
}

/* NULL if it worked, else where it did not; errno says why. */
static const char *try_to_connect(void) {
  const char *chosen = getenv("HEADRACE_SOCKET");
  const char *path = chosen && *chosen ? chosen : configured("HeadraceSocket");
  if (!path || !*path) path = "/run/headrace/headrace.sock";
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fail("Unable to contact slurm controller (connect failure): the socket path has %zu bytes, the "
         "limit is %zu, at %s", strlen(path), sizeof address.sun_path - 1, path);
  }
  strcpy(address.sun_path, path);
  server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int result = server < 0 ? -1 : connect(server, (struct sockaddr *) &address, sizeof address);
  if (result && errno == EINTR) { /* the connection goes on being made */
    struct pollfd ready = {.fd = server, .events = POLLOUT};
    while (poll(&ready, 1, -1) < 0 && errno == EINTR) { }
    socklen_t size = sizeof result;
    getsockopt(server, SOL_SOCKET, SO_ERROR, &result, &size);
    errno = result;
  }
  if (result) {
    int error = errno;
    close(server);
    errno = error;
    return path;
  }
  if (!chosen || !*chosen) check_server(path);
  return NULL;
}

static void connect_to_controller(void) {
  const char *path = try_to_connect();
  if (path) {
    fail("Unable to contact slurm controller (connect failure): %s at %s", strerror(errno), path);
  }
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

static void take_signals(const int *numbers) {
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

static void run_child(uint32_t id, char **arguments, char **environment) {
  if (child_adoptable) { /* the controller that comes back asks for what runs already */
    child_adoptable = false;
    child_id = id;
    if (!child) send_child_exit(child_kind, child_value);
    return;
  }
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
  child_started = true;
  if (child_in_front) {
    setpgid(child, child);
    tcsetpgrp(0, child);
  }
  on_interrupt = signal(SIGINT, SIG_IGN); /* meant for the child */
  on_quit = signal(SIGQUIT, SIG_IGN);
}

static void child_changed(void) {
  int status;
  if (!child || waitpid(child, &status, WNOHANG | WUNTRACED) <= 0) return;
  if (child_in_front) tcsetpgrp(0, getpgrp());
  if (WIFSTOPPED(status)) { /* as if the user had stopped us: back to the shell, and later on */
    if (!child_in_front) return;
    raise(SIGSTOP);
    tcsetpgrp(0, child);
    kill(-child, SIGCONT);
    return;
  }
  child = 0;
  signal(SIGINT, on_interrupt);
  signal(SIGQUIT, on_quit);
  child_kind = WIFSIGNALED(status);
  child_value = child_kind ? WTERMSIG(status) : WEXITSTATUS(status);
  if (!child_adoptable) send_child_exit(child_kind, child_value);
}

static void receive_signal(void) {
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
    if (number == SIGTSTP) {
      set_raw(false);
      raise(SIGSTOP);
      set_raw(raw_wanted);
    }
  }
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
        poll(&ready, 1, -1);
        continue;
      }
      if (output.fd == 1 && errno == EPIPE) { /* end as a program does whose reader has gone */
        set_raw(false);
        if (!pipe_was_ignored) {
          signal(SIGPIPE, SIG_DFL);
          raise(SIGPIPE);
        }
        leave(1);
      }
      if (output.fd == 1) fail("can't write to standard output: %s", strerror(errno));
      written = (ssize_t) output.left; /* standard error is gone: nobody to tell */
    }
    output.at += written;
    output.left -= (size_t) written;
    if (!alone) return;
  }
}

static void handle(int type, struct reader r) {
  uint32_t id;
  switch (type) {
    case STDOUT:
    case STDERR:
      output.fd = type == STDOUT ? 1 : 2;
      output.at = r.at;
      output.left = (size_t) (r.end - r.at);
      if (signals < 0 && !credit) write_output();
      break;
    case EXIT:
      leave((int) (get_number(&r, 4) & 0xff));
    case READ_FILE:
    case READ_STDIN: {
      id = (uint32_t) get_number(&r, 4);
      uint64_t limit = get_number(&r, 8);
      char *path = type == READ_FILE ? get_string(&r) : NULL;
      send_file(id, limit, path);
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
      if (child && id == child_id) {
        kill(child_in_front ? -child : child, (int) get_number(&r, 1));
      }
      break;
    case RAW_TTY:
      raw_wanted = get_number(&r, 1) != 0;
      set_raw(raw_wanted);
      break;
    case RESUMABLE:
      free(resume_token);
      resume_token = get_string(&r);
      if (!*resume_token) {
        free(resume_token);
        resume_token = NULL;
      }
      break;
    case SERVER_ERROR:
      fail("%s", get_string(&r));
    default:
      fail("the controller sent message type %d, which this client does not know; install the "
           "client of the controller's version", type);
  }
}

/* ---- the loop ---- */

/* A signal while there is no controller that could be told. */
static void signal_alone(void) {
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

/* Waits until there is a controller again, and asks it to go on where the last one was. */
static void resume(void) {
  struct timespec now, since;
  bool told = false;
  clock_gettime(CLOCK_MONOTONIC, &since);
  close(server);
  credit = 0;
  end_owed = !input_open;
  child_adoptable = child_started;
  set_raw(false);
  while (try_to_connect()) {
    struct pollfd ready = {.fd = signals, .events = POLLIN};
    if (poll(&ready, 1, RETRY_MILLIS) > 0) signal_alone();
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!told && now.tv_sec - since.tv_sec >= SILENT_SECONDS) {
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
    in->size = 0; /* half a frame at most, whose end will never come */
    resume();
  } else {
    fail("lost the connection to the slurm controller%s%s", n ? ": " : "", n ? strerror(errno) : "");
  }
}

static void serve(void) {
  struct buffer in = {0};
  size_t start = 0;
  for (;;) {
    while (!output.left && in.size - start >= 5) {
      struct reader r = {(unsigned char *) in.data + start, (unsigned char *) in.data + in.size};
      size_t length = get_number(&r, 4);
      int type = (int) get_number(&r, 1);
      if (length > MAX_FRAME) fail("the controller sent a message of %zu bytes", length);
      if ((size_t) (r.end - r.at) < length) break;
      r.end = r.at + length;
      start += 5 + length;
      handle(type, r);
    }
    bool streaming = credit > 0 && input_open;
    if (!output.left && signals < 0 && !streaming) {
      read_server(&in, &start);
      continue;
    }
    struct pollfd ready[] = {
      {.fd = output.left ? -1 : server, .events = POLLIN},
      {.fd = signals, .events = POLLIN},
      {.fd = streaming ? 0 : -1, .events = POLLIN},
      {.fd = output.left ? output.fd : -1, .events = POLLOUT},
    };
    if (poll(ready, 4, -1) < 0) {
      if (errno == EINTR) continue;
      fail("poll: %s", strerror(errno));
    }
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
  if (!strcmp(name, "headrace-client") || !*name) {
    if (argc < 2) {
      dprintf(2, "usage: headrace-client COMMAND [ARGUMENT]...\n"
                 "or by a link named after the command, such as squeue -> headrace-client\n");
      return 1;
    }
    name = *arguments++;
  }
  program = name;
  sigemptyset(&taken);
  sigprocmask(SIG_BLOCK, NULL, &original_mask);
  pipe_was_ignored = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
  asked = arguments;
  connect_to_controller();
  send_hello(arguments, NULL);
  serve();
}
