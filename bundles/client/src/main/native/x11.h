/* What both ends of a forwarded display share. */
#ifndef HEADRACE_X11_H
#define HEADRACE_X11_H

#include "client.h"

#include <poll.h>

enum { X11_HEAD = 9, X11_CHANNELS = 128, X11_MOST_WAITING = 1 << 20 };
enum { X11_PORT = 6000, X11_FIRST_DISPLAY = 20, X11_LAST_DISPLAY = 119 };
enum { X11_COOKIE = 16 };

struct bytes { char *data; size_t start, end, room; };

/* A connection of an X client. */
struct channel {
  int fd; /* -1: none */
  uint32_t id;
  bool ending; /* the other side has closed it; what is left goes out */
  struct bytes out;
};

/* The way between a node and the user's display. */
struct trunk {
  int read_fd, write_fd;
  struct bytes in, out;
  struct channel channels[X11_CHANNELS];
};

/* Takes a frame that isn't about a known connection. False: the trunk is of no use any more. */
typedef bool (*x11_opener)(void *context, struct trunk *trunk, char type, uint32_t id,
                           const char *data, size_t n);

void x11_unblock(int fd);
void x11_trunk(struct trunk *trunk, int in, int out);
void x11_say(struct trunk *trunk, char type, uint32_t channel, const void *data, size_t n);
struct channel *x11_channel(struct trunk *trunk, uint32_t id);
/* NULL: there are too many; the descriptor is closed. */
struct channel *x11_add(struct trunk *trunk, uint32_t id, int fd);
/* Fills X11_CHANNELS + 2 entries. */
void x11_polls(struct trunk *trunk, struct pollfd *polls);
bool x11_serve(struct trunk *trunk, const struct pollfd *polls, x11_opener open, void *context);

/* x11_display.c: the user's display */
struct display { char host[256]; int number; };
/* False, and a word about it on standard error, if there is no such display. */
bool x11_find_display(const char *caller, struct display *display);
bool x11_cookie(const char *caller, const struct display *display, unsigned char *cookie);
int x11_connect(const struct display *display);

_Noreturn void x11_main(char **arguments); /* --x11-check, --x11-forward, --x11-node */

#endif
