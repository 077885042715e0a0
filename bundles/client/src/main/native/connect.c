/* Finding the controller's socket, connecting, and checking who listens there. */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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

/* False if nobody takes us there; errno says why. */
static bool try_socket(const char *path) {
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
  if (!result) return true;
  int error = errno;
  close(server);
  errno = error;
  return false;
}

/* NULL if it worked, else the last place where it did not; errno says why. */
const char *try_to_connect(void) {
  static char *places;
  const char *chosen = getenv("HEADRACE_SOCKET");
  if (!chosen || !*chosen) {
    const char *path = configured("HeadraceSocket");
    if (!path || !*path) path = "/run/headrace/headrace.sock";
    if (!try_socket(path)) return path;
    check_server(path);
    return NULL;
  }
  free(places);
  places = need(strdup(chosen));
  const char *path = NULL;
  for (char *rest = places, *next; (next = strsep(&rest, ":"));) {
    if (!*next) continue;
    path = next;
    if (try_socket(path)) return NULL;
  }
  if (!path) fail("HEADRACE_SOCKET=%s names no socket", chosen);
  return path;
}

void connect_to_controller(void) {
  const char *path = try_to_connect();
  if (path) {
    fail("Unable to contact slurm controller (connect failure): %s at %s", strerror(errno), path);
  }
}
