/*
 * Forwarding of X11. Beside the user's display runs `--x11-forward`, started by srun or salloc; on
 * each node `--x11-node`, in a step of the job that listens like an X server. What its clients say
 * goes over the step's input and output, in frames of all connections: type, connection, length.
 */
#include "client.h"
#include "x11.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

void x11_unblock(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

static void append(struct bytes *b, const void *data, size_t n) {
  if (b->start > 0 && b->start == b->end) b->start = b->end = 0;
  if (b->room - b->end < n) {
    memmove(b->data, b->data + b->start, b->end - b->start);
    b->end -= b->start;
    b->start = 0;
    if (b->room - b->end < n) {
      b->room = b->end + n + CHUNK;
      b->data = need(realloc(b->data, b->room));
    }
  }
  memcpy(b->data + b->end, data, n);
  b->end += n;
}

static size_t waiting(const struct bytes *b) { return b->end - b->start; }

/* False: nobody takes it any more. */
static bool drain(struct bytes *b, int fd) {
  while (waiting(b) > 0) {
    ssize_t n = write(fd, b->data + b->start, waiting(b));
    if (n > 0) {
      b->start += (size_t) n;
    } else if (errno == EAGAIN) {
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void x11_say(struct trunk *trunk, char type, uint32_t channel, const void *data, size_t n) {
  unsigned char head[X11_HEAD] = {(unsigned char) type};
  for (int i = 0; i < 4; i++) {
    head[1 + i] = (unsigned char) (channel >> (24 - 8 * i));
    head[5 + i] = (unsigned char) (n >> (24 - 8 * i));
  }
  append(&trunk->out, head, sizeof head);
  append(&trunk->out, data, n);
}

struct channel *x11_channel(struct trunk *trunk, uint32_t id) {
  for (int i = 0; i < X11_CHANNELS; i++) {
    if (trunk->channels[i].fd >= 0 && trunk->channels[i].id == id) return &trunk->channels[i];
  }
  return NULL;
}

struct channel *x11_add(struct trunk *trunk, uint32_t id, int fd) {
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    if (c->fd < 0) {
      c->fd = fd;
      c->id = id;
      c->ending = false;
      c->out.start = c->out.end = 0;
      x11_unblock(fd);
      return c;
    }
  }
  close(fd);
  return NULL;
}

static void drop(struct trunk *trunk, struct channel *c, bool tell) {
  close(c->fd);
  c->fd = -1;
  if (tell) x11_say(trunk, 'C', c->id, NULL, 0);
}

void x11_trunk(struct trunk *trunk, int in, int out) {
  memset(trunk, 0, sizeof *trunk);
  trunk->read_fd = in;
  trunk->write_fd = out;
  for (int i = 0; i < X11_CHANNELS; i++) trunk->channels[i].fd = -1;
  x11_unblock(in);
  x11_unblock(out);
}

void x11_polls(struct trunk *trunk, struct pollfd *polls) {
  bool full = false;
  bool jammed = waiting(&trunk->out) > X11_MOST_WAITING;
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    size_t left = c->fd < 0 ? 0 : waiting(&c->out);
    full |= left > X11_MOST_WAITING;
    polls[2 + i].fd = c->fd;
    polls[2 + i].events = (short) ((jammed || c->ending ? 0 : POLLIN) | (left ? POLLOUT : 0));
  }
  polls[0] = (struct pollfd) {.fd = full ? -1 : trunk->read_fd, .events = POLLIN};
  polls[1] = (struct pollfd) {.fd = waiting(&trunk->out) ? trunk->write_fd : -1, .events = POLLOUT};
}

static void serve_channel(struct trunk *trunk, struct channel *c, short events) {
  static char chunk[CHUNK];
  if (events & POLLOUT && !drain(&c->out, c->fd)) {
    drop(trunk, c, true);
    return;
  }
  if (c->ending) {
    if (!waiting(&c->out) || events & (POLLERR | POLLHUP)) drop(trunk, c, false);
    return;
  }
  if (!(events & (POLLIN | POLLERR | POLLHUP))) return;
  ssize_t n = read(c->fd, chunk, sizeof chunk);
  if (n > 0) {
    x11_say(trunk, 'D', c->id, chunk, (size_t) n);
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    drop(trunk, c, true);
  }
}

static uint32_t number(const char *at) {
  const unsigned char *b = (const unsigned char *) at;
  return (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
}

static bool take_frames(struct trunk *trunk, x11_opener open, void *context) {
  while (waiting(&trunk->in) >= X11_HEAD) {
    const char *at = trunk->in.data + trunk->in.start;
    uint32_t id = number(at + 1), length = number(at + 5);
    if (length > X11_MOST_WAITING) return false;
    if (waiting(&trunk->in) < X11_HEAD + length) return true;
    struct channel *c = x11_channel(trunk, id);
    if (*at == 'D' && c && !c->ending) {
      append(&c->out, at + X11_HEAD, length);
      if (!drain(&c->out, c->fd)) drop(trunk, c, true);
    } else if (*at == 'C' && c) {
      c->ending = true;
      if (!waiting(&c->out)) drop(trunk, c, false);
    } else if (*at != 'D' && *at != 'C' && !open(context, trunk, *at, id, at + X11_HEAD, length)) {
      return false;
    }
    trunk->in.start += X11_HEAD + length;
  }
  return true;
}

bool x11_serve(struct trunk *trunk, const struct pollfd *polls, x11_opener open, void *context) {
  static char chunk[CHUNK];
  for (int i = 0; i < X11_CHANNELS; i++) {
    if (trunk->channels[i].fd >= 0 && trunk->channels[i].fd == polls[2 + i].fd
        && polls[2 + i].revents) {
      serve_channel(trunk, &trunk->channels[i], polls[2 + i].revents);
    }
  }
  if (polls[0].revents) {
    ssize_t n = read(trunk->read_fd, chunk, sizeof chunk);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (n > 0) append(&trunk->in, chunk, (size_t) n);
  }
  return take_frames(trunk, open, context) && drain(&trunk->out, trunk->write_fd);
}
