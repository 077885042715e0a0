/* Numbers, strings and frames as the protocol has them; the connection they go over. */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int server = -1;

static void put(struct buffer *b, const void *data, size_t n) {
  if (n > b->room - b->size) {
    size_t room = b->room ? b->room : 4096;
    while (room - b->size < n) room *= 2;
    b->data = need(realloc(b->data, room));
    b->room = room;
  }
  if (n) memcpy(b->data + b->size, data, n);
  b->size += n;
}

void put_number(struct buffer *b, uint64_t value, int bytes) {
  unsigned char out[8];
  for (int i = 0; i < bytes; i++) out[i] = (unsigned char) (value >> (8 * (bytes - 1 - i)));
  put(b, out, (size_t) bytes);
}

void put_string(struct buffer *b, const char *s) {
  size_t n = strlen(s);
  put_number(b, n, 4);
  put(b, s, n);
}

uint64_t get_number(struct reader *r, int bytes) {
  if (r->end - r->at < bytes) fail("the controller sent a message that is cut off");
  uint64_t value = 0;
  while (bytes-- > 0) value = value << 8 | *r->at++;
  return value;
}

char *get_string(struct reader *r) {
  size_t n = get_number(r, 4);
  if ((size_t) (r->end - r->at) < n) fail("the controller sent a message that is cut off");
  char *s = need(malloc(n + 1));
  memcpy(s, r->at, n);
  s[n] = 0;
  r->at += n;
  return s;
}

char **get_strings(struct reader *r) {
  size_t n = get_number(r, 4);
  if (n > MAX_FRAME / 4) fail("the controller sent a list of %zu strings", n);
  char **list = need(calloc(n + 1, sizeof *list));
  for (size_t i = 0; i < n; i++) list[i] = get_string(r);
  return list;
}

void send_all(const void *data, size_t n) {
  const char *at = data;
  while (n > 0) {
    ssize_t sent = send(server, at, n, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return; /* what the server said before it went is still to be read; the reader reports */
    }
    at += sent;
    n -= (size_t) sent;
  }
}

void send_frame(int type, const void *head, size_t head_size, const void *data, size_t n) {
  static struct buffer frame;
  frame.size = 0;
  put_number(&frame, head_size + n, 4);
  put_number(&frame, (uint64_t) type, 1);
  put(&frame, head, head_size);
  put(&frame, data, n);
  send_all(frame.data, frame.size);
}
