/* The first message: who asks for what, from where, with which limits and terminal. */
#include "client.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct { const char *name; int id; } limit_names[] = {
  {"CPU", RLIMIT_CPU}, {"FSIZE", RLIMIT_FSIZE}, {"DATA", RLIMIT_DATA}, {"STACK", RLIMIT_STACK},
  {"CORE", RLIMIT_CORE}, {"RSS", RLIMIT_RSS}, {"NPROC", RLIMIT_NPROC}, {"NOFILE", RLIMIT_NOFILE},
  {"MEMLOCK", RLIMIT_MEMLOCK}, {"AS", RLIMIT_AS}, {"LOCKS", RLIMIT_LOCKS},
  {"SIGPENDING", RLIMIT_SIGPENDING}, {"MSGQUEUE", RLIMIT_MSGQUEUE}, {"NICE", RLIMIT_NICE},
  {"RTPRIO", RLIMIT_RTPRIO}, {"RTTIME", RLIMIT_RTTIME},
};

void send_hello(char **arguments, const char *token) {
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
