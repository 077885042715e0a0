/*
 * headrace-client --rest: the front of sbin/slurmrestd. It has no power and knows no HTTP: each
 * client's bytes go to the controller as input of a command that runs as this daemon's user, and
 * what that says goes back. Whose requests they are, the controller finds out by tokens; only who
 * comes by a UNIX socket and is this daemon's own user, as the kernel says, needs none.
 */
#include "rest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 128, LISTENERS = 64, PAUSE_MILLIS = 100, DRAIN_MILLIS = 1000, PLACE = 128 };

static struct { int fd; char *path; } listeners[LISTENERS]; /* path: of a UNIX socket, to be removed */
static size_t count;
static pid_t *children;
static long most, running;
static const char *accepted; /* which proofs of who asks count: local,jwt */

static _Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));
static _Noreturn void fatal(const char *format, ...) {
  va_list args;
  va_start(args, format);
  dprintf(2, "slurmrestd: fatal: ");
  vdprintf(2, format, args);
  dprintf(2, "\n");
  va_end(args);
  _exit(1);
}

/* ---- listening ---- */

static void add_listener(int fd, char *path, const char *address) {
  if (count == LISTENERS) fatal("more than %d addresses, at %s", LISTENERS, address);
  if (listen(fd, BACKLOG)) fatal("can't listen at %s: %s", address, strerror(errno));
  listeners[count].fd = fd;
  listeners[count++].path = path;
}

/* A socket where nobody listens any more is in the way. */
static void clear_path(const struct sockaddr_un *address) {
  struct stat facts;
  if (lstat(address->sun_path, &facts) || !S_ISSOCK(facts.st_mode)) return;
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0 && connect(probe, (const struct sockaddr *) address, sizeof *address) && errno == ECONNREFUSED) {
    unlink(address->sun_path);
  }
  if (probe >= 0) close(probe);
}

static void listen_unix(const char *path, const char *text) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    fatal("the path of %s has more than %zu bytes", text, sizeof address.sun_path - 1);
  }
  strcpy(address.sun_path, path);
  clear_path(&address);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mode_t mask = umask(0); /* everybody may knock; who it is, the kernel tells */
  int failed = fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address);
  umask(mask);
  if (failed) fatal("can't listen at %s: %s", text, strerror(errno));
  add_listener(fd, need(strdup(path)), text);
}

static void listen_tcp(char *host, const char *port, const char *text) {
  struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *all = NULL;
  int result = getaddrinfo(*host && strcmp(host, "*") ? host : NULL, port, &hints, &all);
  if (result) fatal("can't listen at %s: %s", text, gai_strerror(result));
  size_t before = count;
  for (struct addrinfo *one = all; one; one = one->ai_next) {
    int on = 1;
    int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue; /* a family that this host hasn't got */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (one->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, one->ai_addr, one->ai_addrlen)) {
      if (errno != EADDRNOTAVAIL) fatal("can't listen at %s: %s", text, strerror(errno));
      close(fd); /* localhost has two, of which a host may lack one */
      continue;
    }
    add_listener(fd, NULL, text);
  }
  freeaddrinfo(all);
  if (count == before) fatal("can't listen at %s: this host has no such address", text);
}

/* unix:/path, host:port, [address]:port or :port */
static void listen_at(const char *text) {
  if (!strncmp(text, "https://", 8)) fatal("there is no TLS here: let a proxy listen at %s", text);
  if (!strncmp(text, "http://", 7)) text += 7;
  if (!strncmp(text, "unix:", 5)) {
    listen_unix(text + 5, text);
    return;
  }
  char *host = need(strdup(text)), *colon = strrchr(host, ':'), *end = NULL;
  long port = colon ? strtol(colon + 1, &end, 10) : -1;
  if (!colon || end == colon + 1 || *end || port < 1 || port > 65535) {
    dprintf(2, "slurmrestd: error: parse_host_port: invalid host string: %s\n", text);
    fatal("'%s' is no address: write unix:/path, host:port or :port", text);
  }
  *colon = 0;
  size_t length = strlen(host);
  if (*host == '[' && host[length - 1] == ']') {
    memmove(host, host + 1, length - 2);
    host[length - 2] = 0;
  }
  listen_tcp(host, colon + 1, text);
  free(host);
}

static void end_listening(bool remove) {
  for (size_t i = 0; i < count; i++) {
    close(listeners[i].fd);
    if (remove && listeners[i].path) unlink(listeners[i].path);
  }
  count = 0;
}

static uint32_t number(const char *text) {
  char *end = NULL;
  unsigned long value = strtoul(text, &end, 10);
  if (!*text || *end || value > UINT32_MAX) fatal("'%s' is no number", text);
  return (uint32_t) value;
}

/* To who serves strangers; empty: as we are. */
static void become(const char *user, const char *group) {
  if (!*user && !*group) return;
  if (*group) {
    gid_t gid = number(group);
    if (geteuid() == 0 && setgroups(0, NULL)) fatal("can't drop groups: %s", strerror(errno));
    if (setresgid(gid, gid, gid)) fatal("can't become group %s: %s", group, strerror(errno));
  }
  if (*user) {
    uid_t uid = number(user);
    if (setresuid(uid, uid, uid)) fatal("can't become user %s: %s", user, strerror(errno));
  }
}

/* ---- one client ---- */

static bool own_user(int fd) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) && peer.uid == geteuid();
}

/* Where the client is, for the answer, and whether the kernel can vouch for it. */
static bool place_of(int fd, char place[PLACE]) {
  struct sockaddr_storage from = {0};
  socklen_t size = sizeof from;
  char host[64], port[16];
  strcpy(place, "standard input");
  if (getpeername(fd, (struct sockaddr *) &from, &size)) return errno == ENOTSOCK;
  if (from.ss_family == AF_UNIX) {
    strcpy(place, "unix");
    return own_user(fd);
  }
  if (!getnameinfo((struct sockaddr *) &from, size, host, sizeof host, port, sizeof port,
                   NI_NUMERICHOST | NI_NUMERICSERV)) {
    snprintf(place, PLACE, from.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
  }
  return false;
}

static const char unavailable[] =
  "{\"errors\":[{\"description\":\"No controller takes requests now; try again\","
  "\"error_number\":1800,\"error\":\"Unable to contact slurm controller (connect failure)\","
  "\"source\":\"slurmrestd\"}],\"warnings\":[]}\n";

void rest_unavailable(void) {
  char head[256], rest[4096];
  on_failure = NULL;
  int length = snprintf(head, sizeof head, "HTTP/1.1 503 Service Unavailable\r\n"
                        "Content-Type: application/json\r\nContent-Length: %zu\r\n"
                        "Connection: close\r\n\r\n", sizeof unavailable - 1);
  if (write(1, head, (size_t) length) < 0 || write(1, unavailable, sizeof unavailable - 1) < 0) return;
  shutdown(1, SHUT_WR);
  struct pollfd ready = {.fd = 0, .events = POLLIN}; /* what is unread would take the answer back */
  while (poll(&ready, 1, DRAIN_MILLIS) > 0 && read(0, rest, sizeof rest) > 0) { }
}

/* Goes on as the client of the command that serves this connection. */
static char **conversation(void) {
  static char proofs[32], from[PLACE + 8];
  static char *arguments[] = {proofs, from, NULL};
  char place[PLACE];
  bool vouched = place_of(0, place);
  bool local = vouched && strstr(accepted, "local");
  bool jwt = strstr(accepted, "jwt");
  snprintf(proofs, sizeof proofs, "--proof=%s%s%s", local ? "local" : "", local && jwt ? "," : "",
           jwt ? "jwt" : "");
  snprintf(from, sizeof from, "--from=%s", place);
  patience = REST_WRITE_MILLIS;
  on_failure = rest_unavailable;
  const char *path = try_to_connect();
  if (path) fail("Unable to contact slurm controller (connect failure): %s at %s", strerror(errno), path);
  static char *nothing[] = {NULL};
  environ = nothing; /* ours is the controller's business as little as its clients' */
  return arguments;
}

/* True in the child. */
static bool take(int listener, const sigset_t *before, int heard) {
  int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      usleep(PAUSE_MILLIS * 1000);
    }
    return false;
  }
  int on = 1;
  setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  pid_t child = fork();
  if (child < 0) dprintf(2, "slurmrestd: error: can't fork: %s\n", strerror(errno));
  if (child > 0) children[running++] = child;
  if (child) {
    close(client);
    return false;
  }
  end_listening(false);
  close(heard);
  dup2(client, 0);
  dup2(client, 1);
  close(client);
  sigprocmask(SIG_SETMASK, before, NULL);
  return true;
}

static void bury(void) {
  for (pid_t dead; (dead = waitpid(-1, NULL, WNOHANG)) > 0;) {
    for (long i = 0; i < running; i++) {
      if (children[i] == dead) children[i--] = children[--running];
    }
  }
}

static _Noreturn void stop(void) {
  end_listening(true);
  for (long i = 0; i < running; i++) kill(children[i], SIGTERM);
  _exit(0);
}

char **rest_main(char **arguments) {
  program = "slurmrestd";
  for (int i = 0; i < 4; i++) {
    if (!arguments[i]) fatal("usage: headrace-client --rest AUTH MOST UID GID [ADDRESS]...");
  }
  accepted = arguments[0];
  most = (long) number(arguments[1]);
  for (char **address = arguments + 4; *address; address++) listen_at(*address);
  become(arguments[2], arguments[3]);
  if (!count) return conversation();
  children = need(calloc((size_t) most + 1, sizeof *children));
  sigset_t heard, before;
  sigemptyset(&heard);
  sigaddset(&heard, SIGCHLD);
  sigaddset(&heard, SIGTERM);
  sigaddset(&heard, SIGINT);
  sigprocmask(SIG_BLOCK, &heard, &before);
  int signals_at = signalfd(-1, &heard, SFD_CLOEXEC);
  if (signals_at < 0) fatal("signalfd: %s", strerror(errno));
  tell_systemd();
  for (;;) {
    struct pollfd ready[LISTENERS + 1] = {{.fd = signals_at, .events = POLLIN}};
    for (size_t i = 0; i < count; i++) {
      ready[i + 1].fd = running < most ? listeners[i].fd : -1;
      ready[i + 1].events = POLLIN;
    }
    if (poll(ready, count + 1, -1) < 0 && errno != EINTR) fatal("poll: %s", strerror(errno));
    if (ready[0].revents) {
      struct signalfd_siginfo came;
      if (read(signals_at, &came, sizeof came) == sizeof came && came.ssi_signo != SIGCHLD) stop();
      bury();
    }
    for (size_t i = 0; i < count && running < most; i++) {
      if (ready[i + 1].revents && take(listeners[i].fd, &before, signals_at)) return conversation();
    }
  }
}
