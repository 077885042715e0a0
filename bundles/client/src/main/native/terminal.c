/* The terminal: raw mode, its size, and standing still as the shell expects. */
#include "client.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved_terminal;
static bool terminal_saved, raw_wanted;

void set_raw(bool raw) {
  if (raw && !terminal_saved) {
    if (!isatty(0) || tcgetattr(0, &saved_terminal)) return;
    terminal_saved = true;
  }
  if (!terminal_saved) return;
  struct termios mode = saved_terminal;
  if (raw) cfmakeraw(&mode);
  while (tcsetattr(0, TCSADRAIN, &mode) && errno == EINTR) { }
}

void want_raw(bool raw) {
  raw_wanted = raw;
  set_raw(raw);
}

void stop_until_continued(void) {
  set_raw(false);
  raise(SIGSTOP);
  set_raw(raw_wanted);
}

void window_size(uint16_t size[2]) {
  struct winsize w;
  size[0] = size[1] = 0;
  for (int fd = 2; fd >= 0; fd--) {
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &w) == 0) {
      size[0] = w.ws_col;
      size[1] = w.ws_row;
      return;
    }
  }
}
