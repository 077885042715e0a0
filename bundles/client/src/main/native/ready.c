/*
 * headrace-client --ready COMMAND...: tells systemd that its unit (Type=notify) has started, and
 * becomes COMMAND. Systemd listens to the main process of a unit alone, which a JVM with its sockets
 * of streams only can't do by itself; a daemon that isn't up yet lets its callers wait.
 */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void tell_systemd(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (path && *path && strlen(path) < sizeof to.sun_path) {
    memcpy(to.sun_path, path, strlen(path));
    if (*path == '@') *to.sun_path = 0; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    static const char ready[] = "READY=1";
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (fd < 0 || sendto(fd, ready, sizeof ready - 1, 0, (struct sockaddr *)&to, length) < 0)
      fail("systemd can't be told at %s: %s", path, strerror(errno));
  }
  unsetenv("NOTIFY_SOCKET");
}

_Noreturn void become_ready(char **command) {
  tell_systemd();
  if (*command) execvp(*command, command);
  fail("%s can't be started: %s", *command ? *command : "nothing", strerror(*command ? errno : EINVAL));
}
