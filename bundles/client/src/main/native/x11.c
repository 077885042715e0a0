/*
 * Forwarding of X11. Beside the user's display runs `--x11-forward`, started by srun or salloc; on
 * each node `--x11-node`, in a step of the job that listens like an X server. What its clients say
 * goes over the step's input and output, in frames of all connections: type, connection, length.
 * K: the cookie; R, B: the node listens, its number is busy; O, D, C: a connection opens, says
 * something, closes; W: so much more of it has room.
 */
#include "client.h"
#include "x11.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void x11_unblock(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

void x11_append(struct bytes *b, const void *data, size_t n) {
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

static void put_u32(unsigned char *to, uint32_t value) {
  for (int i = 0; i < 4; i++) to[i] = (unsigned char) (value >> (24 - 8 * i));
}

void x11_say(struct trunk *trunk, char type, uint32_t channel, const void *data, size_t n) {
  unsigned char head[X11_HEAD] = {(unsigned char) type};
  put_u32(head + 1, channel);
  put_u32(head + 5, (uint32_t) n);
  x11_append(&trunk->out, head, sizeof head);
  if (n) x11_append(&trunk->out, data, n);
}

struct channel *x11_channel(struct trunk *trunk, uint32_t id) {
  for (int i = 0; i < X11_CHANNELS; i++) {
    if (trunk->channels[i].used && trunk->channels[i].id == id) return &trunk->channels[i];
  }
  return NULL;
}

/* A free place, or that of who has waited longest: anyone on a node may connect and say nothing. */
static struct channel *place(struct trunk *trunk) {
  struct channel *oldest = NULL;
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    if (!c->used) return c;
    if (!c->answered && (!oldest || c->since < oldest->since)) oldest = c;
  }
  if (oldest) x11_drop(trunk, oldest, true);
  return oldest;
}

struct channel *x11_add(struct trunk *trunk, uint32_t id) {
  struct channel *c = place(trunk);
  if (!c) return NULL;
  c->out.start = c->out.end = 0;
  *c = (struct channel) {.used = true, .greeting = true, .id = id, .fd = -1, .slot = -1,
                         .credit = X11_MOST_WAITING, .since = millis(), .out = c->out};
  return c;
}

static int64_t greeting_millis(void) {
  const char *text = getenv("HEADRACE_X11_GREETING_MILLIS");
  long given = text ? strtol(text, NULL, 10) : 0;
  return given > 0 ? given : X11_GREETING_MILLIS;
}

int x11_expire(struct trunk *trunk) {
  static int64_t most;
  int64_t next = -1, now = -1;
  if (!most) most = greeting_millis();
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    if (!c->used || !c->greeting) continue;
    now = now < 0 ? millis() : now;
    int64_t left = c->since + most - now;
    if (left <= 0) {
      x11_drop(trunk, c, true);
    } else if (next < 0 || left < next) {
      next = left;
    }
  }
  return (int) next;
}

void x11_opened(struct channel *channel, int fd) {
  channel->greeting = false;
  channel->fd = fd;
  x11_unblock(fd);
}

void x11_drop(struct trunk *trunk, struct channel *channel, bool tell) {
  if (channel->fd >= 0) close(channel->fd);
  channel->used = false;
  if (tell) x11_say(trunk, 'C', channel->id, NULL, 0);
}

void x11_trunk(struct trunk *trunk, int in, int out) {
  memset(trunk, 0, sizeof *trunk);
  trunk->read_fd = in;
  trunk->write_fd = out;
  if (in >= 0) x11_unblock(in);
  if (out >= 0) x11_unblock(out);
}

void x11_close(struct trunk *trunk) {
  for (int i = 0; i < X11_CHANNELS; i++) {
    if (trunk->channels[i].used) x11_drop(trunk, &trunk->channels[i], false);
    free(trunk->channels[i].out.data);
  }
  free(trunk->in.data);
  free(trunk->out.data);
  if (trunk->read_fd >= 0) close(trunk->read_fd);
  if (trunk->write_fd >= 0) close(trunk->write_fd);
  x11_trunk(trunk, -1, -1);
}

bool x11_jammed(const struct trunk *trunk) { return waiting(&trunk->out) > X11_MOST_WAITING; }

static int polled(struct pollfd *polls, nfds_t *count, int fd, short events) {
  if (fd < 0 || !events) return -1;
  polls[*count] = (struct pollfd) {.fd = fd, .events = events};
  return (int) (*count)++;
}

void x11_polls(struct trunk *trunk, struct pollfd *polls, nfds_t *count) {
  bool jammed = x11_jammed(trunk);
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    if (!c->used) continue;
    c->reading = !jammed && !c->ending && c->credit > 0;
    c->slot = polled(polls, count, c->fd,
                     (short) ((c->reading ? POLLIN : 0) | (waiting(&c->out) ? POLLOUT : 0)));
  }
  trunk->read_slot = polled(polls, count, trunk->read_fd, POLLIN);
  if (waiting(&trunk->out)) polled(polls, count, trunk->write_fd, POLLOUT);
}

/* Writes what waits, and tells the other end that there is room again: a client that doesn't read
 * holds up nobody but itself. */
static bool deliver(struct trunk *trunk, struct channel *c) {
  size_t before = waiting(&c->out);
  bool good = drain(&c->out, c->fd);
  c->taken += before - waiting(&c->out);
  if (good && !c->ending && c->taken >= X11_MOST_WAITING / 4) {
    unsigned char room[4];
    put_u32(room, (uint32_t) c->taken);
    x11_say(trunk, 'W', c->id, room, sizeof room);
    c->taken = 0;
  }
  return good;
}

static void serve_channel(struct trunk *trunk, struct channel *c, short events) {
  static char chunk[CHUNK];
  if (events & (POLLOUT | POLLERR) && waiting(&c->out) && !deliver(trunk, c)) {
    x11_drop(trunk, c, !c->ending);
    return;
  }
  if (c->ending) {
    if (!waiting(&c->out) || events & (POLLERR | POLLHUP)) x11_drop(trunk, c, false);
    return;
  }
  if (!c->reading || !(events & (POLLIN | POLLERR | POLLHUP))) return;
  ssize_t n = read(c->fd, chunk, c->credit < sizeof chunk ? c->credit : sizeof chunk);
  if (n > 0) {
    x11_say(trunk, 'D', c->id, chunk, (size_t) n);
    c->credit -= (size_t) n;
  } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
    x11_drop(trunk, c, true);
  }
}

static uint32_t number(const char *at) {
  const unsigned char *b = (const unsigned char *) at;
  return (uint32_t) b[0] << 24 | (uint32_t) b[1] << 16 | (uint32_t) b[2] << 8 | b[3];
}

/* A frame of a connection that is open. */
static void take_frame(struct trunk *trunk, struct channel *c, char type, const char *data,
                       uint32_t length) {
  c->answered = true;
  if (type == 'D' && !c->ending) {
    x11_append(&c->out, data, length);
    /* More than there was room for is not of our other end. */
    if (waiting(&c->out) > X11_MOST_WAITING || !deliver(trunk, c)) x11_drop(trunk, c, true);
  } else if (type == 'W' && length == 4) {
    c->credit += number(data);
    if (c->credit > X11_MOST_WAITING) c->credit = X11_MOST_WAITING;
  } else if (type == 'C') {
    c->ending = true;
    if (!waiting(&c->out)) x11_drop(trunk, c, false);
  }
}

static bool take_frames(struct trunk *trunk, x11_opener open, void *context) {
  while (waiting(&trunk->in) >= X11_HEAD) {
    const char *at = trunk->in.data + trunk->in.start;
    char type = *at;
    uint32_t id = number(at + 1), length = number(at + 5);
    if (length > X11_MOST_WAITING) return false;
    if (waiting(&trunk->in) < X11_HEAD + length) return true;
    struct channel *c = x11_channel(trunk, id);
    bool of_open = type == 'D' || type == 'W' || type == 'C';
    if (c && type == 'C' && c->greeting) {
      x11_drop(trunk, c, false);
    } else if (c && of_open && !c->greeting) {
      take_frame(trunk, c, type, at + X11_HEAD, length);
    } else if ((c || !of_open) && !open(context, trunk, type, id, at + X11_HEAD, length)) {
      return false; /* what is of none any more may still have been on its way */
    }
    trunk->in.start += X11_HEAD + length;
  }
  return true;
}

bool x11_serve(struct trunk *trunk, const struct pollfd *polls, x11_opener open, void *context) {
  static char chunk[CHUNK];
  for (int i = 0; i < X11_CHANNELS; i++) {
    struct channel *c = &trunk->channels[i];
    if (c->used && c->slot >= 0 && polls[c->slot].revents) {
      serve_channel(trunk, c, polls[c->slot].revents);
    }
  }
  if (trunk->read_slot >= 0 && polls[trunk->read_slot].revents) {
    ssize_t n = read(trunk->read_fd, chunk, sizeof chunk);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (n > 0) x11_append(&trunk->in, chunk, (size_t) n);
  }
  return take_frames(trunk, open, context) && drain(&trunk->out, trunk->write_fd);
}
