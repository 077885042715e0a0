/* The display of the user's own, and the cookie that opens it. */
#include "x11.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char cookie_kind[] = "MIT-MAGIC-COOKIE-1";

static void socket_path(const struct display *display, char *path, size_t size) {
  snprintf(path, size, "/tmp/.X11-unix/X%d", display->number);
}

bool x11_find_display(const char *caller, struct display *display) {
  const char *text = getenv("DISPLAY");
  if (!text || !*text) {
    dprintf(2, "%s: error: No DISPLAY variable set, cannot setup x11 forwarding.\n", caller);
    return false;
  }
  const char *colon = strrchr(text, ':');
  char *end = NULL;
  long number = colon ? strtol(colon + 1, &end, 10) : -1;
  if (!colon || end == colon + 1 || (*end && *end != '.') || number < 0 || number > 59535
      || (size_t) (colon - text) >= sizeof display->host) {
    dprintf(2, "%s: error: Error parsing DISPLAY environment variable. Cannot use X11 forwarding.\n",
            caller);
    return false;
  }
  memcpy(display->host, text, (size_t) (colon - text));
  display->host[colon - text] = 0;
  display->number = (int) number;
  if (!strcmp(display->host, "unix")) display->host[0] = 0;
  char path[64];
  struct stat facts;
  socket_path(display, path, sizeof path);
  if (!display->host[0] && stat(path, &facts)) {
    dprintf(2, "%s: error: Cannot stat() local X11 socket `%s`\n", caller, path);
    return false;
  }
  return true;
}

int x11_connect(const struct display *display) {
  if (!display->host[0]) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    socket_path(display, to.sun_path, sizeof to.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *) &to, sizeof to)) {
      close(fd);
      fd = -1;
    }
    return fd;
  }
  char port[16];
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  snprintf(port, sizeof port, "%d", X11_PORT + display->number);
  if (getaddrinfo(display->host, port, &hints, &found)) return -1;
  int fd = -1;
  for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
    fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen)) {
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(found);
  return fd;
}

static size_t size_at(const char *at, bool big) {
  const unsigned char *b = (const unsigned char *) at;
  return big ? (size_t) (b[0] << 8 | b[1]) : (size_t) (b[1] << 8 | b[0]);
}

/* Order of bytes, version, lengths of the kind and the cookie; then these, each filled up to four. */
int x11_exchange(char *greeting, size_t n, const unsigned char *fake, const unsigned char *real) {
  enum { FIXED = 12, KIND = sizeof cookie_kind - 1, COOKIE_AT = FIXED + (KIND + 3) / 4 * 4 };
  if (n && greeting[0] != 'B' && greeting[0] != 'l') return -1;
  if (n < FIXED) return 0;
  bool big = greeting[0] == 'B';
  if (size_at(greeting + 6, big) != KIND || size_at(greeting + 8, big) != X11_COOKIE) return -1;
  if (n < COOKIE_AT + X11_COOKIE) return 0;
  unsigned char differs = 0; /* how long it takes must not tell how much of it was right */
  for (int i = 0; i < X11_COOKIE; i++) {
    differs |= (unsigned char) greeting[COOKIE_AT + i] ^ fake[i];
  }
  if (differs || memcmp(greeting + FIXED, cookie_kind, KIND)) return -1;
  memcpy(greeting + COOKIE_AT, real, X11_COOKIE);
  return 1;
}

/* A field of the file: its length in two bytes, and so many bytes. */
static bool field(FILE *in, char *text, size_t room, size_t *length) {
  int high = fgetc(in), low = fgetc(in);
  if (low == EOF) return false;
  *length = (size_t) (high << 8 | low);
  for (size_t i = 0; i < *length; i++) {
    int byte = fgetc(in);
    if (byte == EOF) return false;
    if (i < room) text[i] = (char) byte;
  }
  return true;
}

enum { LOCAL = 256, WILD = 65535, INTERNET = 0, INTERNET6 = 6, MOST_PLACES = 16 };

/* How an entry for the display may name its host. */
struct place { int family; size_t size; char address[256]; };

static struct place here(void) {
  struct place place = {.family = LOCAL};
  gethostname(place.address, sizeof place.address - 1);
  place.size = strlen(place.address);
  return place;
}

static struct place place_of(const struct sockaddr *at) {
  const unsigned char *four = NULL, *six = NULL;
  if (at->sa_family == AF_INET) {
    four = (const unsigned char *) &((const struct sockaddr_in *) at)->sin_addr;
  } else if (at->sa_family == AF_INET6) {
    const struct in6_addr *address = &((const struct sockaddr_in6 *) at)->sin6_addr;
    six = address->s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(address)) return here();
    if (IN6_IS_ADDR_V4MAPPED(address)) four = six + 12;
  }
  if (four && four[0] == 127) return here();
  struct place place = {.family = four ? INTERNET : INTERNET6, .size = four ? 4 : six ? 16 : 0};
  if (place.size) memcpy(place.address, four ? four : six, place.size);
  return place;
}

static int places_of(const struct display *display, struct place *places) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  int count = 0;
  if (!display->host[0]) {
    places[count++] = here();
  } else if (!getaddrinfo(display->host, NULL, &hints, &found)) {
    for (struct addrinfo *at = found; at && count < MOST_PLACES; at = at->ai_next) {
      places[count++] = place_of(at->ai_addr);
    }
    freeaddrinfo(found);
  }
  return count;
}

static bool names(const struct place *places, int count, int family, const char *address, size_t n) {
  for (int i = 0; i < count; i++) {
    if (places[i].family == family && places[i].size == n && !memcmp(places[i].address, address, n)) {
      return true;
    }
  }
  return family == WILD;
}

/* One entry: family, address, number of the display, kind, cookie. True if it is for this one. */
static bool entry(FILE *in, const struct place *places, int count, const char *number,
                  unsigned char *cookie, bool *more) {
  char address[256], display[16], kind[64], data[64];
  size_t lengths[4];
  int high = fgetc(in), low = fgetc(in);
  *more = low != EOF && field(in, address, sizeof address, &lengths[0])
          && field(in, display, sizeof display, &lengths[1])
          && field(in, kind, sizeof kind, &lengths[2]) && field(in, data, sizeof data, &lengths[3]);
  if (!*more || lengths[2] != sizeof cookie_kind - 1 || memcmp(kind, cookie_kind, lengths[2])
      || lengths[3] != X11_COOKIE || lengths[0] > sizeof address
      || !names(places, count, high << 8 | low, address, lengths[0])) {
    return false;
  }
  if (lengths[1] && (lengths[1] != strlen(number) || memcmp(display, number, lengths[1]))) return false;
  memcpy(cookie, data, X11_COOKIE);
  return true;
}

bool x11_find_cookie(const struct display *display, unsigned char *cookie) {
  char path[PATH_MAX], number[16];
  const char *file = getenv("XAUTHORITY"), *home = getenv("HOME");
  if (file && *file) {
    snprintf(path, sizeof path, "%s", file);
  } else {
    snprintf(path, sizeof path, "%s/.Xauthority", home ? home : "");
  }
  snprintf(number, sizeof number, "%d", display->number);
  FILE *in = fopen(path, "re");
  struct place places[MOST_PLACES];
  int count = places_of(display, places);
  bool more = in, found = false;
  while (more && !found) found = entry(in, places, count, number, cookie, &more);
  if (in) fclose(in);
  return found;
}

bool x11_cookie(const char *caller, const struct display *display, unsigned char *cookie) {
  bool found = x11_find_cookie(display, cookie);
  if (!found) {
    dprintf(2, "%s: error: x11_get_xauth: Could not retrieve magic cookie. Cannot use X11 forwarding.\n",
            caller);
  }
  return found;
}
