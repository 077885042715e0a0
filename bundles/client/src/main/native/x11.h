/* What both ends of a forwarded display share. */
#ifndef HEADRACE_X11_H
#define HEADRACE_X11_H

#include "client.h"

#include <poll.h>

enum { X11_HEAD = 9, X11_CHANNELS = 128, X11_MOST_WAITING = 1 << 20 };
enum { X11_POLLS = X11_CHANNELS + 2 };
enum { X11_PORT = 6000, X11_FIRST_DISPLAY = 20, X11_LAST_DISPLAY = 119 };
enum { X11_COOKIE = 16 };
/* Who has connected and hasn't shown the cookie by then has no place any more. */
enum { X11_GREETING_MILLIS = 20000 };

struct bytes { char *data; size_t start, end, room; };

/* A connection of an X client. */
struct channel {
  bool used;
  bool greeting; /* waits to be opened: what comes for it is the opener's */
  bool ending;   /* the other side has closed it; what is left goes out */
  bool reading;  /* has been asked for what it says */
  bool answered; /* the other end has said something of it */
  int64_t since; /* when it came, in milliseconds */
  uint32_t id;
  int fd;        /* -1 while it waits to be opened */
  int slot;      /* among the polled */
  size_t credit; /* so much more has room at the other end */
  size_t taken;  /* so much has gone out since the other end was told */
  struct bytes out;
};

/* The way between a node and the user's display. */
struct trunk {
  int read_fd, write_fd;
  int read_slot;
  struct bytes in, out;
  struct channel channels[X11_CHANNELS];
};

/* Takes a frame that isn't of an open connection. False: the trunk is of no use any more. */
typedef bool (*x11_opener)(void *context, struct trunk *trunk, char type, uint32_t id,
                           const char *data, size_t n);

void x11_unblock(int fd);
void x11_trunk(struct trunk *trunk, int in, int out); /* -1: none yet */
void x11_close(struct trunk *trunk);
void x11_append(struct bytes *b, const void *data, size_t n);
void x11_say(struct trunk *trunk, char type, uint32_t channel, const void *data, size_t n);
struct channel *x11_channel(struct trunk *trunk, uint32_t id);
/* A connection that waits to be opened. Where there are too many, it takes the place of the one that
 * has waited longest for a word of the other end. NULL: none waits. */
struct channel *x11_add(struct trunk *trunk, uint32_t id);
/* Drops connections that haven't been opened in time. Returns in how many milliseconds the next one
 * is due, or -1. */
int x11_expire(struct trunk *trunk);
void x11_opened(struct channel *channel, int fd);
void x11_drop(struct trunk *trunk, struct channel *channel, bool tell);
bool x11_jammed(const struct trunk *trunk);
/* Adds what lives to the polled: X11_POLLS at most. */
void x11_polls(struct trunk *trunk, struct pollfd *polls, nfds_t *count);
bool x11_serve(struct trunk *trunk, const struct pollfd *polls, x11_opener open, void *context);

/* x11_display.c: the user's display */
struct display { char host[256]; int number; };
/* False, and a word about it on standard error, if there is no such display. */
bool x11_find_display(const char *caller, struct display *display);
/* False: there is none, and nothing is said. */
bool x11_find_cookie(const struct display *display, unsigned char *cookie);
bool x11_cookie(const char *caller, const struct display *display, unsigned char *cookie);
int x11_connect(const struct display *display);
/* What an X client says first: 1, with the real cookie in place of the fake one; 0 if there has to
 * come more of it; -1 if it hasn't the fake one. */
int x11_exchange(char *greeting, size_t n, const unsigned char *fake, const unsigned char *real);

_Noreturn void x11_main(char **arguments); /* --x11-check, --x11-forward, --x11-node */

#endif
