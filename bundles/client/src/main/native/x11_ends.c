/* The two ends of a forwarded display: beside the user, and on a node. */
#include "x11.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_NODES = 1024, START_SECONDS = 120 };

/* ---- on a node ---- */

static char *auth_file;
static bool auth_is_ours, asked; /* to remove; to listen */
static int listener = -1;
static volatile sig_atomic_t told_to_end;

static void end_soon(int number) {
  (void) number;
  told_to_end = 1;
}

static bool listen_at(int display) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t) (X11_PORT + display)),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *) &at, sizeof at) || listen(fd, 64)) {
    if (fd >= 0) close(fd);
    return false;
  }
  listener = fd;
  return true;
}

static void put_field(struct buffer *b, const void *data, size_t n) {
  put_number(b, n, 2);
  for (size_t i = 0; i < n; i++) put_number(b, ((const unsigned char *) data)[i], 1);
}

/* The same as another of the job's nodes has written, which is on this machine, too? */
static bool same_file(const struct buffer *b) {
  char there[256];
  struct stat facts;
  int fd = open(auth_file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  bool same = fd >= 0 && !fstat(fd, &facts) && facts.st_uid == geteuid()
              && read(fd, there, sizeof there) == (ssize_t) b->size
              && !memcmp(there, b->data, b->size);
  if (fd >= 0) close(fd);
  return same;
}

/* A file of one entry, good for every name of this host; nobody else's file is taken for it. What
 * *another has written stays its own. */
static bool write_auth(int display, const unsigned char *cookie, bool *another) {
  struct buffer b = {0};
  char number[16];
  snprintf(number, sizeof number, "%d", display);
  put_number(&b, 0xffff, 2);
  put_field(&b, "", 0);
  put_field(&b, number, strlen(number));
  put_field(&b, "MIT-MAGIC-COOKIE-1", 18);
  put_field(&b, cookie, X11_COOKIE);
  char *whole = need(malloc(strlen(auth_file) + 24)); /* others see it complete or not at all */
  sprintf(whole, "%s.%ld", auth_file, (long) getpid());
  int fd = open(whole, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool good = fd >= 0 && write(fd, b.data, b.size) == (ssize_t) b.size && !link(whole, auth_file);
  int error = errno;
  if (fd >= 0) {
    close(fd);
    unlink(whole);
  }
  *another = !good && error == EEXIST && same_file(&b);
  free(whole);
  free(b.data);
  errno = error;
  return good || *another;
}

/* What was tried with the last number may still be on its way to its end. */
static bool write_auth_in_time(int display, const unsigned char *cookie, bool *another) {
  for (int tries = 0; !write_auth(display, cookie, another); tries++) {
    struct stat facts;
    if (errno != EEXIST || tries == 40) return false;
    if (!lstat(auth_file, &facts) && facts.st_uid != geteuid()) return false;
    usleep(50000);
  }
  return true;
}

/* ---- on a node, where cookies are in the user's own file (X11Parameters=home_xauthority) ---- */

static const char home_name[] = "/.Xauthority";

static bool auth_at_home(void) {
  size_t length = strlen(auth_file), end = sizeof home_name - 1;
  return length > end && !strcmp(auth_file + length - end, home_name);
}

/* Has xauth change the file: it holds the lock that others heed. What is secret is on no command line. */
static bool run_xauth(const char *command) {
  int in[2];
  if (pipe2(in, O_CLOEXEC)) return false;
  pid_t pid = fork();
  if (pid == 0) {
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(in[0], 0);
    dup2(nowhere, 1);
    execlp("xauth", "xauth", "-q", "-f", auth_file, "source", "-", (char *) NULL);
    dprintf(2, "x11: error: xauth can't be run: %s\n", strerror(errno));
    _exit(127);
  }
  close(in[0]);
  int status = 1;
  bool good = pid > 0 && write(in[1], command, strlen(command)) == (ssize_t) strlen(command);
  close(in[1]);
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return good && status == 0;
}

static void home_entry(char *text, size_t size, int display) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  snprintf(text, size, "%s/unix:%d", host, display);
}

static bool add_at_home(int display, const unsigned char *cookie) {
  char entry[300], command[400], digits[2 * X11_COOKIE + 1];
  home_entry(entry, sizeof entry, display);
  for (int i = 0; i < X11_COOKIE; i++) snprintf(digits + 2 * i, 3, "%02x", cookie[i]);
  snprintf(command, sizeof command, "add %s MIT-MAGIC-COOKIE-1 %s\n", entry, digits);
  return run_xauth(command);
}

static void remove_at_home(int display) {
  char entry[300], command[400];
  home_entry(entry, sizeof entry, display);
  snprintf(command, sizeof command, "remove %s\n", entry);
  run_xauth(command);
}

/* Whether who listens there is another of the job's nodes on this machine. */
static bool ours_at_home(int display, const unsigned char *cookie) {
  struct display there = {.number = display};
  unsigned char known[X11_COOKIE];
  setenv("XAUTHORITY", auth_file, 1);
  for (int tries = 0; tries < 20; tries++) {
    if (x11_find_cookie(&there, known) && !memcmp(known, cookie, X11_COOKIE)) return true;
    usleep(50000);
  }
  return false;
}

/* False: something is wrong, and has been said. */
static bool take_cookie_at_home(struct trunk *trunk, int display, const unsigned char *cookie) {
  bool listens = listen_at(display);
  if (listens && !add_at_home(display, cookie)) {
    dprintf(2, "x11: error: xauth can't add a cookie to %s\n", auth_file);
    return false;
  }
  auth_is_ours = listens;
  x11_say(trunk, listens || ours_at_home(display, cookie) ? 'R' : 'B', 0, NULL, 0);
  return true;
}

static bool take_cookie(void *context, struct trunk *trunk, char type, uint32_t id, const char *data,
                        size_t n) {
  int display = *(int *) context;
  bool another = false;
  (void) id;
  if (type != 'K' || n != X11_COOKIE || asked) return false;
  asked = true;
  if (auth_at_home()) return take_cookie_at_home(trunk, display, (const unsigned char *) data);
  if (!write_auth_in_time(display, (const unsigned char *) data, &another)) {
    dprintf(2, "x11: error: can't write the file of cookies: %s\n", strerror(errno));
    return false;
  }
  bool good = another || listen_at(display);
  if (!good) unlink(auth_file); /* the next number is tried with the same name */
  auth_is_ours = good && !another;
  x11_say(trunk, good ? 'R' : 'B', 0, NULL, 0);
  return true;
}

static void accept_client(struct trunk *trunk, uint32_t *next) {
  int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct channel *c = x11_add(trunk, ++*next);
  if (!c) {
    close(fd);
    return;
  }
  x11_opened(c, fd);
  x11_say(trunk, 'O', c->id, NULL, 0);
}

static _Noreturn void node(int display, char *file) {
  static struct trunk trunk;
  static struct pollfd polls[X11_POLLS + 1];
  uint32_t next = 0;
  auth_file = file;
  signal(SIGTERM, end_soon);
  signal(SIGINT, end_soon);
  signal(SIGHUP, end_soon);
  x11_trunk(&trunk, 0, 1);
  while (!told_to_end) {
    nfds_t count = 0;
    x11_polls(&trunk, polls, &count);
    struct pollfd *clients = &polls[count];
    *clients = (struct pollfd) {.fd = x11_jammed(&trunk) ? -1 : listener, .events = POLLIN};
    if (poll(polls, count + 1, -1) < 0) continue;
    if (clients->revents) accept_client(&trunk, &next);
    if (!x11_serve(&trunk, polls, take_cookie, &display)) break;
  }
  if (auth_is_ours && auth_at_home()) {
    remove_at_home(display);
  } else if (auth_is_ours) {
    unlink(auth_file);
  }
  _exit(0);
}

/* ---- beside the user ---- */

struct forward {
  const char *caller, *job, *file;
  char **nodes;
  int count, ready, display;
  bool busy;
  struct display own;
  unsigned char cookie[X11_COOKIE]; /* of the user's display: never leaves this machine */
  unsigned char fake[X11_COOKIE];   /* what it is on the nodes */
  struct trunk *trunks;
  pid_t *sruns;
  int errors; /* what srun says */
};

static char self[PATH_MAX];
static struct rlimit files_before;

static pid_t start_srun(struct forward *f, int i, int errors) {
  int in[2], out[2];
  char job[64], display[16];
  if (pipe2(in, O_CLOEXEC)) return -1;
  if (pipe2(out, O_CLOEXEC)) {
    close(in[0]);
    close(in[1]);
    return -1;
  }
  snprintf(job, sizeof job, "--jobid=%s", f->job);
  snprintf(display, sizeof display, "%d", f->display);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(errors, 2);
    setrlimit(RLIMIT_NOFILE, &files_before);
    execl(self, self, "srun", "-u", "-Q", "-J", "x11", job, "--overlap", "--cpu-bind=none", "-N1",
          "-n1", "-w", f->nodes[i], self, "--x11-node", display, f->file, (char *) NULL);
    dprintf(2, "srun: error: %s: %s\n", self, strerror(errno));
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  x11_trunk(&f->trunks[i], out[0], in[1]);
  x11_say(&f->trunks[i], 'K', 0, f->fake, X11_COOKIE);
  return pid;
}

static void stop_sruns(struct forward *f) {
  for (int i = 0; i < f->count; i++) {
    x11_close(&f->trunks[i]); /* the node's end ends by that */
    if (f->sruns[i] > 0) {
      kill(f->sruns[i], SIGTERM);
      waitpid(f->sruns[i], NULL, 0);
    }
    f->sruns[i] = 0;
  }
}

/* Anyone on the node may have come to where it listens, and the user's X server may ask its own
 * user for no cookie: so it hears nothing of a client before that has shown the job's. */
static void hear_greeting(struct forward *f, struct trunk *trunk, struct channel *c,
                          const char *data, size_t n) {
  x11_append(&c->out, data, n);
  char *said = c->out.data + c->out.start;
  int known = x11_exchange(said, c->out.end - c->out.start, f->fake, f->cookie);
  int fd = known > 0 ? x11_connect(&f->own) : -1;
  if (fd >= 0) {
    x11_opened(c, fd);
    c->answered = true;
  } else if (known) {
    x11_drop(trunk, c, true);
  }
}

static bool take_word(void *context, struct trunk *trunk, char type, uint32_t id, const char *data,
                      size_t n) {
  struct forward *f = context;
  struct channel *c = x11_channel(trunk, id);
  if (type == 'D' && c) {
    hear_greeting(f, trunk, c, data, n);
  } else if (type == 'O' && !c) {
    if (!x11_add(trunk, id)) x11_say(trunk, 'C', id, NULL, 0);
  } else if (type == 'R') {
    f->ready++;
  } else if (type == 'B') {
    f->busy = true;
  } else {
    return false;
  }
  return true;
}

static void pass_errors(struct forward *f, bool tell) {
  char text[4096];
  ssize_t n = read(f->errors, text, sizeof text);
  if (n > 0 && tell && write(2, text, (size_t) n) < 0) return;
}

/* One look at everything. False: a way to a node is broken, or the owner has gone. */
static bool turn(struct forward *f, int owner, struct pollfd *polls, int wait) {
  nfds_t count = 0;
  for (int i = 0; i < f->count; i++) {
    int due = x11_expire(&f->trunks[i]);
    if (due >= 0 && (wait < 0 || due < wait)) wait = due;
    x11_polls(&f->trunks[i], polls, &count);
  }
  struct pollfd *more = polls + count;
  more[0] = (struct pollfd) {.fd = owner, .events = POLLIN};
  more[1] = (struct pollfd) {.fd = f->errors, .events = POLLIN};
  if (poll(polls, count + 2, wait) < 0) return errno == EINTR;
  if (more[1].revents) pass_errors(f, f->ready < f->count);
  if (more[0].revents) return false;
  for (int i = 0; i < f->count; i++) {
    if (!x11_serve(&f->trunks[i], polls, take_word, f)) return false;
  }
  return true;
}

/* True when all nodes listen at the same number; *again: another one may be free. */
static bool try_display(struct forward *f, int owner, struct pollfd *polls, bool *again) {
  int errors[2];
  if (pipe2(errors, O_CLOEXEC)) return false;
  x11_unblock(errors[0]);
  f->errors = errors[0];
  f->ready = 0;
  f->busy = false;
  bool good = true;
  for (int i = 0; i < f->count; i++) x11_trunk(&f->trunks[i], -1, -1);
  for (int i = 0; i < f->count && good; i++) good = (f->sruns[i] = start_srun(f, i, errors[1])) > 0;
  if (!good) dprintf(2, "%s: error: x11: can't start srun: %s\n", f->caller, strerror(errno));
  close(errors[1]);
  int64_t since = millis();
  while (good && !f->busy && f->ready < f->count && millis() - since < START_SECONDS * 1000) {
    good = turn(f, owner, polls, 1000);
  }
  *again = f->busy;
  if (good && f->ready == f->count) return true;
  if (!f->busy) pass_errors(f, true);
  stop_sruns(f);
  close(f->errors);
  return false;
}

static _Noreturn void stay(struct forward *f, int owner, struct pollfd *polls) {
  while (turn(f, owner, polls, -1)) {
  }
  stop_sruns(f);
  _exit(0);
}

static int watch(pid_t owner) {
  int fd = (int) syscall(SYS_pidfd_open, owner, 0);
  return fd; /* without it the end of the step is the end */
}

/* Ends as soon as all nodes listen, with the number of the display there; what stays goes on beside
 * the owner. */
static _Noreturn void forward(struct forward *f, pid_t owner) {
  int word[2];
  unsigned char number = 0;
  if (pipe2(word, O_CLOEXEC) || getrandom(f->fake, sizeof f->fake, 0) != sizeof f->fake) {
    dprintf(2, "%s: error: X11 forwarding could not be set up: %s\n", f->caller, strerror(errno));
    _exit(1);
  }
  if (fork() == 0) {
    close(word[0]);
    setsid();
    f->trunks = need(calloc((size_t) f->count, sizeof *f->trunks));
    f->sruns = need(calloc((size_t) f->count, sizeof *f->sruns));
    struct pollfd *polls = need(calloc((size_t) f->count * X11_POLLS + 2, sizeof *polls));
    getrlimit(RLIMIT_NOFILE, &files_before);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit) {files_before.rlim_max, files_before.rlim_max});
    int alive = watch(owner);
    bool again = true, good = false;
    for (f->display = X11_FIRST_DISPLAY; again && f->display <= X11_LAST_DISPLAY; f->display++) {
      good = try_display(f, alive, polls, &again);
      if (good) break;
    }
    if (!good) _exit(1);
    number = (unsigned char) f->display;
    if (write(word[1], &number, 1) != 1) _exit(1);
    close(word[1]);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) dup2(nowhere, fd);
    stay(f, alive, polls);
  }
  close(word[1]);
  if (read(word[0], &number, 1) != 1) {
    dprintf(2, "%s: error: X11 forwarding could not be set up on %s%s\n", f->caller, f->nodes[0],
            f->count > 1 ? " and others" : "");
    _exit(1);
  }
  _exit(number);
}

_Noreturn void x11_main(char **arguments) {
  struct forward f = {.caller = "srun"};
  int count = 0;
  while (arguments[count]) count++;
  signal(SIGPIPE, SIG_IGN);
  if (!strcmp(arguments[0], "--x11-node") && count == 3) node(atoi(arguments[1]), arguments[2]);
  if (count > 1) f.caller = arguments[1];
  if (count < 2 || !x11_find_display(f.caller, &f.own) || !x11_cookie(f.caller, &f.own, f.cookie)) {
    _exit(255);
  }
  if (!strcmp(arguments[0], "--x11-check")) _exit(0);
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (count < 6 || length <= 0) _exit(1);
  if (count - 5 > MOST_NODES) {
    dprintf(2, "%s: error: X11 can be forwarded from %d nodes at most, the job has %d; use --x11=first"
               " or --x11=last\n", f.caller, MOST_NODES, count - 5);
    _exit(1);
  }
  f.job = arguments[3];
  f.file = arguments[4];
  f.nodes = arguments + 5;
  f.count = count - 5;
  forward(&f, (pid_t) atoi(arguments[2]));
}
